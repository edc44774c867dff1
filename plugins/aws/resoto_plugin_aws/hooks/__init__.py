"""The few kinds that calls alone cannot read: a function for each, by the name that their `reading.hook` gives.

A hook adds members that start with `+` to the items it is given, or makes the items when the kind has no list call.
What it adds is read by paths of the kind (`kinds/aws.tbl`); a member without a value is left out, never guessed. "Not
readable" is a problem of the kind, not an empty member; the codes in parentheses mean that there is nothing.

reading.hook
    account: makes one item of GetAccountSummary, GetAccountPasswordPolicy (NoSuchEntity) and
        ListAccountAliases, with +id, +name, +role (name of the role in use)
    instances: +cores, +memory (GiB) of each instance: DescribeInstanceTypes for the types in use, 100 a call;
        cores are CpuOptions.CoreCount x ThreadsPerCore where the instance says so, else VCpuInfo.DefaultVCpus
    instance_types: makes the items of DescribeInstanceTypes for the types that the region's instances have;
        +memory (GiB out of MemoryInfo.SizeInMiB), +reservations (sum of InstanceCount over
        DescribeReservedInstances with state active and this type), +quota (id of the quota that limits the
        type, see quotas)
    volume_types: makes an item for each type that the region's volumes have: +volume_type, +quota
        (ListServiceQuotas of "ebs", QuotaName with the type in parentheses or, for gp2 and standard, "General
        Purpose SSD (gp2)" and "Magnetic (standard)", that starts with "Storage for"; -1 when there is none)
    quotas: keeps those items (of ListServiceQuotas) that are the kind's, by QuotaName, with +id: aws_vpc_quota
        "VPCs per Region", aws_ec2_internet_gateway_quota "Internet gateways per Region", aws_alb_quota /
        aws_elb_quota "Application / Classic Load Balancers per Region", aws_iam_server_certificate_quota
        "Server certificates per account", aws_s3_bucket_quota none: one item with +id the kind's name without
        aws_, Value -1.0 when there is no such quota or the code of the service is unknown
        (NoSuchResourceException); aws_ec2_instance_quota each "Running On-Demand <family> ... instances": +id
        is <family> in lower case (f, g, inf, p, x, standard, ...), which is also the +quota of the instance
        types of the family: the letters before the first digit, standard for a c d h i m r t z; +instance_type
        the same
    buckets: +location (GetBucketLocation; none is us-east-1, EU is eu-west-1), +tags (GetBucketTagging TagSet;
        NoSuchTagSet), +versioning and +mfa_delete (GetBucketVersioning), +encryption_algorithm and +kms_key_id
        (GetBucketEncryption, first rule; ServerSideEncryptionConfigurationNotFoundError), +public_access_block
        (GetPublicAccessBlock; NoSuchPublicAccessBlockConfiguration), +is_public (GetBucketPolicyStatus;
        NoSuchBucketPolicy), +logging_target (GetBucketLogging, TargetBucket)
    users: +last_used of each user: PasswordLastUsed of ListUsers
    stacks: +parameters: ParameterKey to ParameterValue
    target_groups: +targets: the ids in DescribeTargetHealth of the group
    balancers: +backends: the ids of the targets of all groups that DescribeTargetGroups names for the balancer
    queues: +name: the last part of +item, the URL; +redrive_policy: RedrivePolicy, parsed
    topics: +name: the last part of the ARN
    zones: +id, without /hostedzone/; +vpcs of private zones (GetHostedZone)
    record_sets: +id: name, type and set identifier

Tags.hook (changes tags) and Deletion.hook (runs before the delete call) are functions of the writer:
    bucket_tags: GetBucketTagging, then PutBucketTagging with all tags, or DeleteBucketTagging when none is left
    stack_tags: UpdateStack with UsePreviousTemplate, all parameters with UsePreviousValue, all tags, the
        stack's capabilities
    empty_security_group: revokes the group's own rules, and the rules of other groups that name it
    disassociate_address, detach_internet_gateway, detach_vpn_gateway,
        disassociate_route_table (all but the main association)
    empty_zone: deletes all record sets but the NS and SOA of the zone itself
    remove_targets: ListTargetsByRule, RemoveTargets
    disable_batch: UpdateComputeEnvironment or UpdateJobQueue with state DISABLED
    empty_bucket: deletes all objects and versions
    strip_role, strip_user, strip_group, strip_policy, strip_instance_profile  detach and remove what IAM
        insists on, with the calls in the kind's permissions for "delete"
"""

from __future__ import annotations

from collections.abc import Mapping

from resoto_plugin_aws.hooks import account, balancers, buckets, dns, machines, members, quotas
from resoto_plugin_aws.hooks.registry import Hook

READING: Mapping[str, Hook] = {
    "account": Hook(account.describe),
    "balancers": Hook(balancers.balancers),
    "buckets": Hook(buckets.buckets),
    "instance_types": Hook(machines.instance_types),
    "instances": Hook(machines.instances, whole=True),
    "queues": Hook(members.queues),
    "quotas": Hook(quotas.quotas, whole=True),
    "record_sets": Hook(dns.record_sets),
    "sso_instances": Hook(members.sso_instances, whole=True),
    "stacks": Hook(members.stacks, whole=True),
    "target_groups": Hook(balancers.target_groups),
    "topics": Hook(members.topics),
    "users": Hook(members.users, whole=True),
    "volume_types": Hook(machines.volume_types),
    "zones": Hook(dns.zones),
}
"""The hooks that read, by name."""
