"""What the desk keeps: one file per noun family. Only queries, access and services read it."""

from kulanz.desk.models.alerts import Alert, AlertPolicy, Delivery, WebhookTarget
from kulanz.desk.models.cases import Case, Escalation, Inbox, Message, PrivateTopic, Promise, Reply
from kulanz.desk.models.customers import Claim, Customer, CustomerImport, CustomerMatch, Stake, StakeRates
from kulanz.desk.models.drafts import ApprovalPolicy, DraftVerdict, LanguageModel, ShownFinding
from kulanz.desk.models.erasing import Erasure, Tombstone, TombstoneKey
from kulanz.desk.models.events import Event
from kulanz.desk.models.gestures import Assessment, Defect, Gesture, GestureLimit, TeamBudget
from kulanz.desk.models.holds import BillingSystem, DunningLetter, Hold, HoldRules
from kulanz.desk.models.issues import (
    Issue,
    IssueRole,
    IssueThread,
    Note,
    Presence,
    ReportSummary,
    Task,
    Watch,
)
from kulanz.desk.models.members import ApiToken, IdempotencyKey, Member, MemberRole, SavedView, Team
from kulanz.desk.models.moderating import Appeal, AppealMessage, Measure, MeasureNotice, Statement
from kulanz.desk.models.my_data import DataAsk, DataLetter, DataLink, DataRequest
from kulanz.desk.models.people import Account, Merge, Person, Resemblance
from kulanz.desk.models.public_log import LogEntry, LogHead, LogKey, Opening, PublishedMonth
from kulanz.desk.models.rulebook import Rule, RuleVersion
from kulanz.desk.models.sentinel import PublicSight, SilentEdit
from kulanz.desk.models.setup import (
    Calendar,
    ClosedDay,
    Playbook,
    PlaybookStep,
    Retention,
    StaffIdentity,
    Template,
)
from kulanz.desk.models.sources import Lane, Mention, RawPayload, Reread, Source, Subscription
from kulanz.desk.models.standing import AccountStanding, SourceCount
from kulanz.desk.models.status import ClosingNote, Satisfaction, StatusPage
from kulanz.desk.models.threads import Attention, Post, Revision, Thread, ThreadFindings, ThreadScore
from kulanz.desk.models.workers import Heartbeat, Shared, Tally

__all__ = [
    "Account",
    "AccountStanding",
    "Alert",
    "AlertPolicy",
    "ApiToken",
    "Appeal",
    "AppealMessage",
    "ApprovalPolicy",
    "Assessment",
    "Attention",
    "BillingSystem",
    "Calendar",
    "Case",
    "Claim",
    "ClosedDay",
    "ClosingNote",
    "Customer",
    "CustomerImport",
    "CustomerMatch",
    "DataAsk",
    "DataLetter",
    "DataLink",
    "DataRequest",
    "Defect",
    "Delivery",
    "DraftVerdict",
    "DunningLetter",
    "Erasure",
    "Escalation",
    "Event",
    "Gesture",
    "GestureLimit",
    "Heartbeat",
    "Hold",
    "HoldRules",
    "IdempotencyKey",
    "Inbox",
    "Issue",
    "IssueRole",
    "IssueThread",
    "Lane",
    "LanguageModel",
    "LogEntry",
    "LogHead",
    "LogKey",
    "Measure",
    "MeasureNotice",
    "Member",
    "MemberRole",
    "Mention",
    "Merge",
    "Message",
    "Note",
    "Opening",
    "Person",
    "Playbook",
    "PlaybookStep",
    "Post",
    "Presence",
    "PrivateTopic",
    "Promise",
    "PublicSight",
    "PublishedMonth",
    "RawPayload",
    "Reply",
    "ReportSummary",
    "Reread",
    "Resemblance",
    "Retention",
    "Revision",
    "Rule",
    "RuleVersion",
    "Satisfaction",
    "SavedView",
    "Shared",
    "ShownFinding",
    "SilentEdit",
    "Source",
    "SourceCount",
    "StaffIdentity",
    "Stake",
    "StakeRates",
    "Statement",
    "StatusPage",
    "Subscription",
    "Tally",
    "Task",
    "Team",
    "TeamBudget",
    "Template",
    "Thread",
    "ThreadFindings",
    "ThreadScore",
    "Tombstone",
    "TombstoneKey",
    "Watch",
    "WebhookTarget",
]
