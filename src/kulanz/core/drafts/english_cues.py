"""English turns of phrase by what they do; ``~`` stands for up to five words, ``*`` for the rest of a word."""

from __future__ import annotations

from typing import Final

ENGLISH_CUES: Final = {
    "quotes_terms": """
        clause \\d+
        (?:return|refund|cancellation|company|data) polic(?:y|ies)
        you (?:accepted|agreed to) ~ (?:terms|conditions|renewal)
        warranty ~ (?:not cover|void|expired|excludes?)
        no legal obligation
        (?:isn't|not) included in your
        statutory
        in line with our
        the law (?:does not|doesn't)
        your contract (?:runs|states|says)
        our process (?:is|requires)
        tenancy agreement
        regulations
        (?:set out|laid down) in
        forfeits?
        (?:scheme|house|plan|site|conduct|fare|tariff|membership) (?:rules?|description|terms|code)
        conditions? (?:of|explain|state|\\d+)
        code of conduct
        as stated (?:at|in|on)
        (?:as|which) ~ (?:explain|explains|states|state)
        (?:limited|subject) to
        (?:can't|cannot|can not) be (?:replaced|refunded|backdated|transferred|exchanged)
        (?:aren't|are not|isn't|is not) (?:covered|backdated|refundable|transferable)
        see (?:the )?(?:scheme|safety|section|rule|clause|notice)\\w*
        notice period
        under the \\w+
        laid down
        discretion\\w*
        estimates?
        obliges? you
        exclude\\w*
        the act
        non-?refundable
        withheld
        §
        terms
        t&cs?
        ? contract*
        ? agreement
        ? polic(?:y|ies)
        pursuant
        (?:under|see|in) (?:section|clause|paragraph|article)
        (?:section|clause|paragraph|article) \\d+
        ? as per
        per our
        you (?:agreed|accepted|signed|consented)
        in accordance with
        (?:terms|rules|guidelines|conditions|agreement|policy|tariff|bylaws) ~ (?:state|states|say|says|require|provide|provides|allow|specify)
        (?:states|stipulat\\w+) that
        govern\\w*
        fine print
        small print
        ? procedure*
        ? regulation*
        ? legally
        ? entitled
        statutory
        act \\d{4}
        consumer (?:rights|credit) act
        our (?:standard )?process
        not (?:covered|eligible|entitled)
        obliged
        ? warranty
        standard practice
        we are not (?:required|obliged|liable)
        liab(?:le|ility)
    """,
    "argues_right": """
        (?:is|are) (?:accurate|correct to the)
        not what happened
        (?:did|done) everything (?:right|correctly|by the book)
        (?:disagree|dispute) ~ (?:your|version|account)
        baseless|unfounded
        (?:found nothing|nothing) wrong with
        no other (?:guest|customer|user)s?
        works as designed
        tell a different story
        stand by (?:our|the)
        (?:fault|error|problem) ~ not ~ (?:with us|ours|our)
        (?:reject|refute) ~ (?:accusation|claim|allegation)
        set the record straight
        (?:our|the) logs ~ show
        no error on our
        with respect
        in fairness
        from a (?:technical|legal|purely|commercial|medical) \\w+
        (?:is|was) (?:a )?(?:sound|fair|reasonable|proportionate|necessary) (?:one|decision|price|step|measure)?
        which is what a
        (?:don't|do not|doesn't) lie
        (?:a|frankly a) steal
        (?:met|meet|exceed\\w*) ~ (?:obligation|requirement|standard|target)s?
        isn't (?:neglect|our|with us|a bug|down to us)
        not (?:neglect|with us|our doing|down to us)
        can't be called
        cannot be called
        (?:no|without) (?:evidential|evidence|proof)
        nobody can ~ claim
        (?:nine|eight|seven) (?:in|out of) (?:ten|10)
        \\d\\d ?(?:%|percent|per cent) of
        irrespective of
        bears repeating
        at no (?:moment|point|time)
        by \\d+ ?(?:%|percent)
        you'll understand that
        easily (?:altered|faked)
        so the \\w+ is
        work that was carried out
        compare us
        the (?:fact|truth) is
        the facts
        contrary to (?:your|what|the)
        (?:is|was|are) (?:simply |just |factually |plainly )?(?:not true|incorrect|wrong|false|inaccurate|untrue|not correct|not accurate|unfounded)
        ? correctly
        ? rightly
        we were right
        record straight
        for the record
        to be clear
        let me be clear
        no error ~ (?:our|us)
        ? no (?:mistake|fault|error)
        we (?:reject|dispute|refute|stand by)
        our records ~ (?:show|prove|confirm|indicate)
        ? clearly
        demonstrabl\\w+
        ? justified
        industry standard
        misrepresent*
        matter of fact
        exactly as (?:described|advertised|agreed|stated|designed)
        ? perfectly
        entirely (?:correct|reasonable|fair|accurate)
        ? nothing wrong
        (?:acted|worked|works|handled|behaved) ~ (?:properly|correctly|as designed|as intended|exactly)
        ? no (?:other|one else)
        ? competit\\w+
        ? in line with
        does(?:n't| not) change
        objectively
        ? accurate
        factually
        the reality is
        99 ?(?:%|percent)
    """,
    "lists_facts": """
        for the record:
        our (?:records|log|logs|system) (?:show|shows|has you|have you)
        (?:on the \\d+\\w*|monday|tuesday|wednesday) ~ (?:the \\d+\\w*|monday|tuesday|wednesday) ~ (?:the \\d+\\w*|wednesday|thursday|friday)
        reminder sent ~
        the account has had
        on the \\d+(?:st|nd|rd|th), ~ \\d+(?:st|nd|rd|th)
        (?:received|delivered|activated|balance checked|redeemed|opened|sent) ~ \\d+
        for completeness
        we note (?:the|that|your)
        you rescheduled
        arrived ~ late
        (?:three|two|one) (?:reports?|mutes?|reminders?) ~ \\d
        \\d{1,2}:\\d\\d ~ \\d{1,2}:\\d\\d
        each occasion
        same day
        our (?:records|logs|system|systems|data) ~ (?:show|shows|indicate|indicates|confirm|confirms)
        according to (?:our|the) (?:records|logs?|system|notes|tracking|file)
        (?:first|second|third)ly
        you (?:opened|received|clicked|logged|signed|ticked|confirmed|accepted|called|ordered|read) ~ (?:on|at|twice|times)
        ? was delivered
        ? at \\d{1,2}[:.]\\d\\d
        ? (?:two|three|four|five|six|\\d+) (?:reminders|emails|letters|calls|attempts|times)
    """,
    "blames": """
        you (?:entered|gave|chose|picked|typed) the (?:wrong|cheapest)
        you should(?:'ve| have) (?:read|checked|told|called|kept|known|asked)
        had you
        (?:wouldn't|would not) have happened if you
        you missed the
        caused by your
        why didn't you
        (?:is|it's) your responsibility
        down to your
        you (?:clearly |obviously )?(?:didn't|did not) (?:check|read|follow)
        since you ignored
        on your side would
        improper use
        all you had to do
        you kept
        you left it
        please make sure
        had the \\w+ ~ been
        had the (?:right|correct)
        is the (?:account|card|policy)? ?holder's
        (?:keep|kept|keeping) ~ up to date
        it would (?:help|have helped)
        kept? (?:half )?an eye
        (?:usual|likely) culprit
        please bear in mind
        bear in mind
        outside the supported
        introduced by
        with any sense
        unfortunately you
        you relied
        recommends?
        (?:households|customers|guests|users|people) that had
        (?:households|customers|guests|users|people) who had
        as the app prompts
        should have been
        would (?:never )?have been
        wasn't authorised
        you (?:should|could|might) have
        had you
        if you had
        if you(?:'d| would have)
        you (?:failed|forgot|neglected|ignored|overlooked|missed|omitted|chose|provided|entered|gave)
        ? you (?:did not|didn't|never|haven't|have not)
        your (?:own )?(?:fault|mistake|error|failure|responsibility|doing|choice|oversight|negligence)
        ? because you
        ? since you
        as you ~ (?:did not|didn't|failed|never)
        ? on your (?:end|side|part)
        user error
        ? your own
        (?:next time|in future|in the future|going forward) ~ (?:please|you|make sure|remember)
        ? is (?:up to|down to|on) you
        caused by (?:your|you|the customer)
        due to your
        incorrect (?:details|address|information|data)
        ? too late
        improper\\w*
        self-inflicted
        brought ~ on yourself
    """,
    "condescends": """
        not that complicated
        (?:one more time|once more), slowly
        someone younger
        as anyone ~ knows
        deep breath
        (?:there are )?worse things
        works wonders
        wrong side
        (?:technology|this) can be confusing
        nice story
        calm down
        better things to do
        keep some perspective
        congratulations on
        (?:that's|this is) how \\w+ works
        do you have any idea
        reading helps
        should be obvious
        bless
        life isn't
        worth remembering
        (?:it's|it is) (?:a )?(?:good idea|always worth|quite straightforward|simple|easy)
        plan ~ (?:ahead|further)
        sensibly
        let's keep
        civil
        you might be surprised
        how easy
        silver surfers
        one of them
        differs? from person
        a marathon
        not a sprint
        worth asking
        get with the times
        for perspective
        even (?:palaces|experts|professionals|the best)
        with respect
        nobody controls
        as i'm sure
        i'm sure you'd
        must come first
        your exercise
        usually (?:claim|keep|book|plan|manage)
        time ~ heal\\w*
        so many
        on the bright side
        you've earned
        grandchildren
        show you the ropes
        always think they know
        (?:as|being) an? (?:scientist|adult|professional|engineer|teacher|parent)
        you'll appreciate
        straightforward
        plenty of
        bear with us
        as (?:i|we)(?:'ve| have)? (?:already |previously |repeatedly )?(?:explained|said|told|stated|mentioned)
        (?:already|repeatedly) (?:explained|told|said)
        calm down
        ? relax
        let me (?:explain|spell|put|say|walk) ~ (?:slowly|simpl\\w+|again|once more|terms|out)
        ? obviously
        you (?:clearly|obviously|evidently|apparently|seem to) ~ (?:understand|read|misunderstood|misread|confused|forget)
        anyone (?:can|could|who)
        any(?:one|body) ~ (?:would|knows?)
        everyone else
        perhaps you (?:should|could|might)
        maybe (?:you should|try|next time)
        (?:simply|just|actually) (?:read|reading|look|check|follow)
        common sense
        over-?react\\w*
        (?:not|isn't) (?:that |so )?(?:hard|difficult|complicated|rocket science)
        most (?:people|customers|users|of our)
        ? frankly
        ? really not
        a (?:little|bit of) (?:patience|effort|common)
        ? emotional*
        take a (?:deep )?breath
        ? drama*
        good luck
        with all due respect
        of course you
        as an adult
        grown[- ]ups?
        ? welcome to
        quick tip
        pro tip
        if you (?:read|look) (?:it |this )?(?:carefully|properly|again)
        surely you
        you must (?:understand|realise|realize|know)
        you (?:will|may|might) (?:surely|want to) (?:find|learn|understand)
        elementary
        ? tone
    """,
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
    "action": """
        (?:i|we)(?:'ve| have|'ve just| have just| have now| have already)? (?:\\w+ly )?(?:\\w+ed|put|sent|set|paid|taken|spoken|asked|made|got|written|found|told|given|booked) ~
        (?:i|we)(?:'ll| will|'m going to| am going to| shall)
        (?:i|we)(?:'m| am|'re| are) (?:now |just )?\\w+ing
        (?:will|is going to|'ll) (?:call|email|send|refund|ship|arrive|check|deliver|pay|contact|ring|write|phone|replace|collect|fix|credit|post)
        you(?:'ll| will) (?:get|receive|have|see|find|hear)
        (?:is|are|has been|have been) (?:refunded|cancelled|canceled|stopped|sent|on its way|on the way|credited|reversed|restored|released|lifted|reinstated|waived)
    """,
    "who": """
        i(?:'ll|'ve|'m|'d)?
        my (?:colleague|manager|team|supervisor)
        our (?:\\w+ )?(?:team|engineer|technician|accountant|manager|warehouse|driver|depot|colleague|finance|billing)\\w*
        [a-z]+ (?:from|in|at) (?:our )?\\w+ (?:will|is|has)
    """,
    "deadline": """
        (?:by|until|before|on|at|from|around|no later than) ~ (?:today|tomorrow|tonight|noon|midday|midnight|monday|tuesday|wednesday|thursday|friday|saturday|sunday|end of|close of|\\d{1,2} ?(?:am|pm)|\\d{1,2}[:.]\\d\\d|weekend|morning|afternoon|evening|lunchtime)
        (?:today|tomorrow|tonight|this (?:morning|afternoon|evening|week))
        within ~ (?:hour|minute|day|week)s?
        in (?:about |the next |around |under |roughly )?(?:an|a|one|two|three|four|five|ten|\\d+) ~ (?:hour|minute|day|week)s?
        (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)
        (?:next|this|coming) (?:week|month|day)
        (?:immediately|right now|straight away|just now)
        \\d{1,2} (?:january|february|march|april|may|june|july|august|september|october|november|december)
    """,
    "contact": """
        (?:call|reach|ring|phone|email|message|text|write to|write|contact|dm|ask for) (?:me|directly)
        (?:reply|respond|write|come|speak|talk) ~ to me
        my (?:direct|number|line|extension|email|inbox|desk|phone|mobile)
        extension \\d+
        ext\\.? ?\\d+
        direct (?:line|number|dial)
        (?:0|\\+\\d{2})[\\d -]{7,}
        [\\w.+-]{1,64}@[\\w.-]+
        (?:your|the) (?:personal |named |single )?(?:point of )?contact (?:is|for)
        ask for \\w+
        i(?:'m| am) (?:your|handling|the person|dealing|looking after|responsible)
    """,
    "apology": """
        (?:sorry|apologi[sz]e|apologies|apology|apologise)
        (?:our|my) (?:mistake|fault|error|failure)
        (?:should|must) (?:never|not) have
        shouldn't have
        we (?:got|let|failed|messed|screwed|broke|dropped) ~
        (?:that|this|it)(?:'s| is| was) on us
        forgive
        regret
        we (?:owe|owed) you
    """,
    "empathy": """
        (?:understand|appreciate|imagine|realise|realize) (?:how|that|why|what|your|the)
        (?:frustrating|upsetting|stressful|annoying|worrying|horrible|awful|infuriating|exhausting|disappointing|miserable|maddening|painful|unsettling|embarrassing|humiliating|rotten|grim|tough|hard|scary|frightening)
        i (?:know|can see|see|get) (?:how|that|what|why|it)
        (?:worry|worried|anxious|anxiety|stress|fear|distress|panic|upset|trust|sleep|night|dread)\\w*
        must (?:be|have been|feel)
        nobody (?:should|wants|likes|ought)
        no one (?:should|wants|likes)
        you (?:deserve|deserved|had to|were left|needed|trusted|relied|planned|shouldn't)
        left you
        cost you
        puts? you
        the last thing
        (?:ruined|spoiled|spoilt|lost|wasted|missed)
        with (?:a|your|two|three) (?:child|kid|baby|family|mother|father|newborn)\\w*
        (?:any|every)one would
        (?:twice|again|third time)
    """,
}
