"""The operations of a service that list resources: things that the same service can delete by their own name."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from botocore.model import OperationModel, Shape

from builder import items, vendor
from builder.words import noun_of, singular

_ENDED = (
    "cloudhsm",
    "elastictranscoder",
    "evidently",
    "iotanalytics",
    "iotevents",
    "lex-models",
    "lookoutmetrics",
    "lookoutvision",
    "mediastore",
    "panorama",
    "pinpoint",
    "proton",
    "qldb",
    "simspaceweaver",
    "workdocs",
)
LEFT_OUT = {
    **dict.fromkeys(_ENDED, "AWS has ended the service."),
    "chime": "the chime-sdk services list the same.",
    "cloudcontrol": "it lists other services' resources.",
    "codestar-connections": "codeconnections lists the same.",
    "cognito-sync": "what it holds is data.",
    "docdb": "rds lists the same.",
    "es": "opensearch lists the same.",
    "kinesisanalytics": "kinesisanalyticsv2 lists the same.",
    "mturk": "it belongs to no account of AWS.",
    "neptune": "rds lists the same.",
    "pinpoint-email": "sesv2 lists the same.",
    "pinpoint-sms-voice": "pinpoint-sms-voice-v2 lists the same.",
    "sdb": "what it holds is data.",
    "sms-voice": "pinpoint-sms-voice-v2 lists the same.",
    "wisdom": "qconnect lists the same.",
}
"""Services without kinds of their own, and why."""

DELETING = ("Delete", "Terminate", "Release", "Deregister")
"""How operations begin that delete."""
_VERB = re.compile(r"^(List|Describe|Get)(?=[A-Z])")
_BATCH = re.compile(r"(names|ids|arns|identifiers|list)$", re.IGNORECASE)
_HAPPENED = re.compile(
    r"(Job|Run|Execution|Session|Finding|Event|Incident|IncidentRecord|Invitation|Evaluation|Estimate|Assessment|Build"
    r"|AssessmentReport|Report|AnalysisReport|BuildBatch|BuildWorkflow|Export|Import|Upload|Proposal|ChangeSet|Loop"
    r"|MediaPipeline|CapturePipeline|GeneratedTemplate|OpsItem|Recommendation|Insight|ABTest|OTAUpdate|Connections?Attempt"
    r"|ImportTask|SubscriptionRequest|PendingAggregationRequest|ClientVpnConnection|TaskSet|Experiment|Trial"
    r"|TrialComponent|RecommendationTemplate|BillScenario)$"
)
_DATA = re.compile(
    r"^(Tag|Object|LogStream|Partition|Item|Attribute|Record|Vector|Message|ChannelMessage|Conversation|Comment"
    r"|Document|DocumentVersion|FolderContent|Face|Speaker|Fraudster|Attendee|DevicePosition|ProfileObject|Contact"
    r"|SuppressedDestination|OptedOutNumber|HIT|MemoryRecord|LibraryItem|KnowledgeBaseDocument|TimelineEvent"
    r"|Notification|QuickResponse|ContentAssociation|UserEndpoint|AppInstanceUserEndpoint|TimeSeriesDataPoint|Package|QueuedMessage"
    r"|ConnectionType|Reference|Worker|TapeArchive|AutoSnapshot|.+Versions?)$"
)
_RESOURCES = frozenset(
    {
        ("bcm-data-exports", "Export"),
        ("databrew", "Job"),
        ("ec2", "TrafficMirrorSession"),
        ("gamelift", "Build"),
        ("iotwireless", "WirelessDeviceImportTask"),
        ("opensearch", "Package"),
        ("ssm-contacts", "Contact"),
        ("tnb", "SolFunctionPackage"),
    }
)
"""Called like what happened or like data, and neither."""

_COUNTLESS = frozenset(
    {
        ("chime-sdk-identity", "AppInstanceUser"),
        ("chime-sdk-messaging", "Channel"),
        ("cloudfront-keyvaluestore", "Key"),
        ("cognito-idp", "User"),
        ("gamelift", "GameServer"),
        ("iot", "Certificate"),
        ("iot", "Thing"),
        ("lightsail", "ContainerImage"),
        ("rekognition", "User"),
        ("sagemaker", "Action"),
        ("sagemaker", "Artifact"),
        ("sagemaker", "Association"),
        ("sagemaker", "Context"),
    }
)
"""Things of an account's own users or programs: there may be millions."""

_SECRET = frozenset({("apigateway", "UsagePlanKey"), ("appsync", "ApiKey"), ("wafv2", "APIKey")})
"""What identifies them, or all that is said of them, is the secret itself."""

_ELSEWHERE = frozenset(
    {
        ("ds", "EventTopic"),
        ("organizations", "DelegatedAdministrator"),
        ("rum", "RumMetricsDestination"),
        ("s3control", "MultiRegionAccessPoint"),
    }
)
"""What identifies them is another resource's, or only one region answers for all."""

_TWICE = frozenset({("ses", "CustomVerificationEmailTemplate"), ("ses", "Template")})
"""What the second version of the service lists too."""

_TOLD: Mapping[tuple[str, str], str] = {
    **dict.fromkeys(_RESOURCES, ""),
    **dict.fromkeys(_COUNTLESS, "there may be millions of them."),
    **dict.fromkeys(_SECRET, "it is a secret."),
    **dict.fromkeys(_ELSEWHERE, "it belongs to another resource or region than where it is listed."),
    **dict.fromkeys(_TWICE, "the second version of the service lists the same."),
}


@dataclass(frozen=True)
class Listable:
    """An operation, what it lists as the vendor calls it, where the items are, and what one is like."""

    model: OperationModel
    noun: str
    items: str
    element: Shape

    @property
    def service(self) -> str:
        """The name of the service."""
        return str(self.model.service_model.service_name)

    @property
    def name(self) -> str:
        """The operation."""
        return str(self.model.name)

    @property
    def where(self) -> str:
        """How messages call it."""
        return f"{self.service}.{self.name}"


def find(service: str) -> Iterator[tuple[str, list[Listable]]]:
    """What the service lists and deletes, with the operations that list it: the one that tells most comes first."""
    found: defaultdict[str, list[Listable]] = defaultdict(list)
    names = frozenset(vendor.service(service).operation_names)
    for name in sorted(names):
        noun = noun_of(name)
        if _VERB.match(name) and is_deleted(noun, names):
            one = _listable(vendor.operation(service, name), noun)
            if one is not None:
                found[noun].append(one)
    for noun, ways in found.items():
        yield noun, sorted(ways, key=_worth)


def is_deleted(noun: str, operations: frozenset[str]) -> bool:
    """Whether an operation deletes what is called so."""
    return any(f"{verb}{one}" in operations for verb in DELETING for one in (noun, f"{noun}s"))


def unwanted(service: str, noun: str) -> str:
    """Why there is to be no kind of this, or nothing."""
    told = _TOLD.get((service, noun))
    if told is not None:
        return told
    if _HAPPENED.search(noun):
        return "it happened, and is no resource."
    return "it is data, or a part or a version of something." if _DATA.match(noun) else ""


def _listable(model: OperationModel, noun: str) -> Listable | None:
    bare = _VERB.sub("", model.name)
    if model.deprecated or model.output_shape is None or singular(bare) == bare:
        return None
    path = items.find(model)
    return Listable(model, noun, path, vendor.walk(model.output_shape, path)) if path else None


def _worth(one: Listable) -> tuple[int, bool, bool, int, str]:
    """Few parameters, whole items, and not only those items that are named."""
    inputs = vendor.inputs(one.model)
    named = one.name.startswith("Describe") and any(_BATCH.search(name) for name in inputs)
    paged = bool(vendor.result_keys(one.model))
    members = len(vendor.members(one.element))
    return len(vendor.required(one.model)), not members, named and not paged, -members, one.name
