"""English turns of phrase by which a draft argues; ``cues`` tells how they are written."""

from __future__ import annotations

from typing import Final

ENGLISH_ARGUING: Final = {
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
}
