"""English turns of phrase of what a good answer has; ``cues`` tells how they are written."""

from __future__ import annotations

from typing import Final

ENGLISH_GOOD: Final = {
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
