"""English turns of phrase by which a draft evades, threatens or promises too much; ``cues`` tells how they are written."""

from __future__ import annotations

from typing import Final

ENGLISH_EVADING: Final = {
    "canned": """
        reaching out
        (?:your|customer) satisfaction
        (?:very |extremely )?seriously
        rest assured
        (?:relevant|appropriate) (?:department|team)
        welcome you (?:again|back)
        do not hesitate
        high demand
        strive to
        committed to
        is important to us
        to our attention
        usual standards
        valued customer
        wonderful day
        our utmost
        as soon as possible
        (?:happy|safe|keep) \\w+(?:ing|s|ls)!
        (?:happy|safe) (?:travels|knitting|shopping|gaming|driving)
        sorry to hear
        less than perfect
        have you tried
        helpful
        massive thanks
        thanks for (?:going|being|sticking|joining)
        helps us improve
        sorry for your loss
        journey with us
        your experience
        keep (?:crushing|smashing|going)
        dear (?:guest|patient|tenant|passenger|resident|player|reader)
        we're (?:here|always here)
        reach out
        exciting
        stay tuned
        cheers from
        thank you for (?:reaching|contacting|your|getting|bringing|taking|writing|choosing|letting|being)*
        thanks for (?:reaching|contacting|your|getting|bringing|writing)
        we (?:truly |really |greatly )?(?:value|appreciate)
        (?:your|customer|every) (?:satisfaction|feedback|concern|call|opinion|experience) (?:is|are|matters)
        important to us
        any inconvenience
        the inconvenience
        inconvenience (?:this|caused|may)
        tak(?:e|es|en|ing) ~ (?:very )?seriously
        hesitate
        rest assured
        at your (?:earliest )?convenience
        we strive
        striv(?:e|ing)
        valued (?:customer|member|guest|client)*
        hope (?:this|that) (?:helps|clarifies|answers|resolves)
        ? as soon as possible
        looking to improve
        (?:top|highest|utmost|number one) (?:priority|importance)
        ? (?:your|for your|your continued) (?:patience|understanding|loyalty|cooperation)
        bear with us
        high(?:er)? (?:volume|demand)\\w*
        ? due course
        relevant (?:team|department)
        passed (?:on|this|your) ~ (?:team|department)
        dear (?:customer|sir|user|member|guest|valued)
        get back to you
        ? look forward to
        ? happy to help
        best possible
        committed to
        commitment to
        pride ourselves
    """,
    "sends_away": """
        (?:call|ring) our (?:helpline|hotline)
        take (?:that|it|this) up with
        fill (?:in|out) the form
        open a ticket
        help cent(?:re|er)
        kindly (?:email|e-mail|call)
        a matter for your
        try your (?:nearest|local)
        (?:another|a different) department
        dm with
        check the faq
        speak (?:to|with) your
        log this
        my team deals
        you(?:'ll| will)? (?:need|have) to (?:ask|ring|call|contact|speak|go|log|apply|check|request)
        you need to (?:ring|call|contact|ask)
        (?:please )?(?:use|check|see|visit|capture|await|submit|attach) (?:the|our|a) ~ (?:button|page|portal|website|site|form|tracker|finder|section|app|letter|trace)
        has a (?:branch|store|fault) finder
        status page
        log in to
        to raise a
        kindly (?:enquire|contact|refer|ask)
        enquire at
        make your own arrangements
        (?:speak|talk|turn) to (?:your|the) (?:\\w+ )?(?:insurer|bank|gp|police|landlord|provider|dealer|ombudsman|practice)
        take it up with
        await a letter
        on (?:our|the) website
        (?:please )?(?:contact|reach out to|get in touch with|call|email|write to|speak to|visit|consult|refer to) (?:our|the|your) ~ (?:customer|support|service|help|desk|billing|hotline|team|line|department|website|bank|manufacturer|courier|carrier|retailer|seller|faq|page|centre|center)*
        (?:contact|reach out to) (?:support|customer)
        (?:open|submit|raise|log|file|create) (?:a|another|your) (?:\\w+ )?(?:ticket|request|claim|case|form)
        contact form
        help (?:cent(?:er|re)|pages?|section|articles?|desk)
        ? faqs?
        not the (?:right|correct|appropriate) (?:place|channel|department|forum|team)
        (?:can't|cannot|can not|unable to|not able to) (?:help|assist|deal|discuss|comment)
        ? refer you
        through (?:the|our) (?:app|portal|form|website|usual|proper)
        (?:take|direct|address) (?:this|it|that|your \\w+) ~ (?:with|to) (?:the|your|our)
        ? (?:manufacturer|courier|carrier|your bank|retailer|third party)
        (?:not|isn't|outside) ~ (?:our|my) (?:department|remit|responsibility|area)
        ? online (?:form|portal|account|chat)
        ? go(?:ing)? to (?:our|the|settings)
    """,
    "passive_defence": """
        (?:was|were) (?:inadvertently|regrettably|automatically|unfortunately) \\w+
        there was a delay
        mistakes were made
        due to (?:technical|operational)
        misunderstanding arose
        (?:had|has) to be (?:moved|postponed|cancelled)
        (?:was|were) not (?:recorded|registered|processed)
        it appears that no
        crept in
        by the system
        in accordance with procedure
        issued in error
        could not be established
        prior to dispatch
        (?:are|is) (?:\\w+ly )?(?:released|reviewed|processed|made|assessed|allocated|inspected|handled|treated|scheduled) ~
        subject to
        owing to
        due to (?:short|unforeseen|operational|technical|high|an?|the|staff|allocation)\\w*
        in the order
        once validated
        escalation protocol\\w*
        solely on
        (?:was|were) (?:withdrawn|rescheduled|cancelled|delayed|impacted|affected|suspended)
        entered a
        a (?:limited|small) (?:subset|number|share|portion)
        no \\w+ has been (?:recorded|found|identified)
        on our part
        has been ~ (?:observed|noted|logged|completed)
        may have been
        ? (?:was|were|been|be|being) (?:\\w+ly |not )?\\w+(?:ed|en|sent|made|put|held|paid|kept|set|met)
        mistakes were made
        it was (?:decided|determined|deemed|felt)
        could not be
        ? cannot be
        ? there (?:was|were|has been|have been) (?:a|an|some)
        (?:error|delay|issue|problem|mistake)s? (?:has|have|had)? ?(?:occurred|arose|happened|arisen)
        (?:in due|duly|properly|in full accordance|in good order|in a timely)
        all (?:checks|steps|procedures|precautions)
        unforeseen
        ? circumstances
        at no (?:time|point)
    """,
    "threatens": """
        (?:our )?lawyers ~ (?:touch|hear)
        or it goes to
        or there will be no
        you're banned
        (?:before|if you) ~ (?:repeating|keep posting)
        seek damages
        failure to
        is reading this
        could get expensive
        miss another
        keep this up
        your employer
        (?:isn't|is not|if not|unless) paid
        will rise to
        (?:registered|recorded|reported) (?:as|to|with) ~ (?:debt|court|bureau\\w*|agency|agencies)
        county court
        fair warning
        one more ~ (?:like this|and)
        (?:may|might|could) (?:get|be) (?:pushed back|delayed|closed|withdrawn|lost)
        get ~ (?:closed|banned|locked|suspended)
        it(?:'d| would) be best to (?:drop|stop|leave|let)
        bureaus?
        breach\\w*
        report to the
        (?:may|could|will|would) (?:invalidate|void|affect|result in|lead to|forfeit|jeopardise)
        (?:is|are) (?:re)?chargeable
        recover (?:our )?costs
        frivolous
        (?:will|may) result in
        note that we
        repeat (?:posters|offenders)
        muted
        no-rent list
        any (?:further|alteration|more) ~ (?:may|will)
        we(?:'ll| will) (?:have to )?(?:close|suspend|terminate|ban|lock|charge|report|withdraw)
        legal (?:action|steps|team|department|counsel|consequences|proceedings)
        ? (?:lawyer|solicitor|attorney)s?
        debt collect\\w*
        ? collections?(?: agency)?
        (?:reserve|reserving) the right
        ? otherwise
        failing (?:which|that|this)
        (?:forced|compelled|obliged|left with no) ~ (?:to|but|choice)
        no (?:choice|option|alternative)
        we (?:will|shall|may|can) (?:have to )?(?:suspend|terminate|close|lock|ban|block|cancel|remove|delete|disconnect|charge|report)
        ? consequence*
        final (?:warning|notice|reminder|demand)
        ? (?:be|is|are|gets?) (?:suspended|blocked|terminated|closed|disconnected|deleted|removed|locked|banned|forfeited|restricted)
        defam\\w+
        libel\\w*
        slander\\w*
        credit (?:rating|score|file|record|agency)
        be advised
        think (?:twice|carefully)
        i(?:'d| would) (?:be careful|advise|suggest|strongly)
        ? (?:police|court|bailiff)s?
        you (?:will|may|could) (?:lose|be charged|be liable|regret|forfeit)
        refrain
        ? warn\\w*
        jeopardi\\w+
        chargeback*
        or (?:we|your account|the account|it) (?:will|is)
    """,
    "false_apology": """
        (?:sorry|shame|regret|apologies) ~ (?:left with|left you feeling|feeling|felt|surprise|impression|received|perceived|experience)
        it's a shame
        (?:a pity|unfortunate) (?:that|you)
        you(?:'re|'ve| were| got| had)? (?:feeling|left|the impression|let down|a bad)
        weren't received
        the way we (?:had )?hoped
        sorry to (?:learn|hear|read|see) (?:that )?(?:you|our)
        (?:come|came) across as
        we appreciate this may
        sorry you(?:'ve| have)? (?:feel|felt|see|saw|found|took)
        sorry to hear ~ (?:less|experience|disappoint\\w*|unhappy|feel)
        regret any
        sorry for any
        (?:sorry|regret) ~ any (?:inconvenience|upset|confusion|offen[cs]e)
        ? (?:sorry|apologi[sz]e|apologies|regret)(?: to hear| to read)?(?: that| if| for how| for the way)? (?:you|you're|you've)
        (?:sorry|apologi[sz]e|apologies|regret),? (?:if|but|however|should|in case)
        (?:you feel|you felt|you feel that|you perceive|you see it|you took|you found|your perception|your feelings?|the way you feel|your frustration|your disappointment)
        any (?:offen[cs]e|inconvenience|confusion|misunderstanding|upset|distress|impression) ~ (?:may|might|caused|felt)
        ? may have (?:caused|felt|seemed|been)
        (?:feel|felt|upset|unhappy|disappointed|frustrated|dissatisfied) (?:that way|this way|with|about|by)
        ? misunderst\\w+
        sorry ~ (?:feel|felt|disappointed|unhappy|upset|frustrated)
        ? perceiv\\w*
    """,
    "audience": """
        for everyone reading
        folks
        you can all see
        (?:she|he) (?:forgets|fails|neglects) to mention
        what (?:he|she) isn't telling
        to (?:other|our other|all) (?:members|customers|readers)
        judge for yourselves
        dear readers
        everyone else managed
        our loyal customers
        just so (?:the community|everyone|people) knows?
        wants attention
        (?:friends|chat|readers|folks|everyone|people|guys|all),
        (?:those|everyone|anyone|anybody) (?:sharing|commenting|following|reading|asking|watching|here)
        (?:interest|remind|tell|a word to|word to) ~ (?:forum|community|readers|everyone|group|those)
        for balance
        draw your own
        this (?:mum|mother|dad|lady|gentleman|family|couple|passenger|account|guest|member|gamer|player|landlord|tenant|chap)
        himself|herself
        leav(?:es|ing) out
        let this be a lesson
        the forum
        our (?:poster|friend|guest) (?:here)?
        the (?:chef|author|gamer|player|teacher|professor|doctor|nurse) here
        (?:don't they|right|isn't it),? (?:folks|everyone|guys)
        folks
        right everyone
        funny how
        some (?:folks|people)
        (?:retired|angry|entitled) \\w+ always
        the (?:lady|gentleman|chap|bloke)
        and they'd want it said
        for the benefit of
        everyone (?:here|else)
        (?:the|this|our|that) (?:customer|user|member|guest|passenger|poster|gentleman|lady|patient|tenant|buyer|author|op|complainant|client|person)
        (?:anyone|everyone|everybody|those|people|others|all) (?:else )?(?:reading|following|here|watching|who|wondering)
        (?:dear|hi|hello|hey) (?:all|everyone|everybody|community|folks|readers|members)
        ? (?:he|she|they) (?:has|had|is|was|did|didn't|doesn't|does|never|isn't|hasn't|forgot|claims?|says|said|left|leaves|received|signed|omits?|fails?|conveniently)
        ? his|her|him
        what ~ (?:isn't|is not|doesn't|does not|won't|leaves?|left|omits?|forgot) ~ (?:telling|tell|mention|say|saying|out)
        ? readers
        ? community
        judge for yourselves?
        you (?:all|can all|guys)
        side of the story
        ? in fairness to
        ? mr|mrs|ms
    """,
    "overpromises": """
        every (?:cent|penny) back
        work perfectly
        will (?:certainly|surely) (?:approve|succeed|win|be)
        no matter what
        always be (?:completely )?safe
        fixed for good
        never have to
        you have my word
        service for life
        happiest
        (?:i|we) (?:can )?promise (?:you )?(?:that )?(?:you|it|the|your|we)
        rest easy
        nobody ever
        (?:ever )?will,? ever
        no ifs
        guaranteed
        or i'll (?:drive|bring|eat|pay|come)
        absolute (?:assurance|certainty|guarantee)
        (?:our|my|absolute) assurance
        don't make mistakes
        never be (?:cancelled|late|lost|down) again
        without telling my
        sneak it
        the whole lot back
        you can bank on
        bet (?:your|my)
        hand on heart
        cross my heart
        trust me
        mark my words
        won't (?:miss|lose|notice|have) ~ at all
        never be \\w+ again
        no possible way
        (?:cannot|can't|impossible) ~ (?:fail|be cancelled|happen again|go wrong|break)
        flawless
        stake my
        bullet-?proof
        behind bars
        our word
        impossible for
        fail again
        (?:cannot|can't) ~ ever
        \\bever again
        100 per cent
        not one single
        zero (?:problems|issues)
        ? guarante\\w+
        never (?:ever )?(?:happen |occur |have to |again|be )*again
        won't (?:ever )?happen again
        will (?:not|never) happen again
        100 ?(?:%|percent)
        (?:i|we) (?:absolutely |solemnly |personally )?(?:promise|swear|vow)
        ? promise (?:you )?(?:that|this|it)
        absolutely (?:certain|sure|no)
        for (?:life|ever)
        forever
        (?:all|any|every) (?:your |of your |the |and all |penny |other )?(?:costs|losses|damages?|expenses|penny|cent|loss)
        ? whatever (?:it|they|the|you)
        ? no matter (?:what|how|who)
        will definitely
        ? definitely
        without (?:fail|exception|question)
        my word
        unlimited
        zero (?:risk|downtime|chance)
        (?:will|can) always
        ? always be
        everything (?:you|will|back)
        ? permanently
        nothing (?:will|can|could) (?:ever )?go wrong
        ? in any (?:case|event)
        in full and
        ? certainly
        not a single
    """,
}
