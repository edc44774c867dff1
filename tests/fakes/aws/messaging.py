"""Queues, topics, functions, state machines and the rules that start them."""

from __future__ import annotations

import functools
import io
import json
import zipfile

from tests.fakes.aws.network import Networks
from tests.fakes.aws.place import Place


@functools.cache
def _code() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        archive.writestr("main.py", "def handler(event, context):\n    return event\n")
    return memory.getvalue()


def create(place: Place, networks: Networks, key_arn: str, role_arn: str) -> str:
    """Everything of this family; the ARN of a topic."""
    queues = _queues(place, key_arn)
    topic = _topics(place, queues)
    if place.home:
        functions = _functions(place, networks, queues, key_arn, role_arn)
        _machines(place, role_arn)
        _rules(place, functions[0])
        _interfaces(place)
    return topic


def _queues(place: Place, key_arn: str) -> list[str]:
    sqs = place.client("sqs")
    dead = sqs.create_queue(QueueName="dead-letters", tags=place.tag_map("dead-letters"))["QueueUrl"]
    dead_arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": dead_arn, "maxReceiveCount": 3})
    arns = [dead_arn]
    for name in place.names("queue", 4 if place.home else 1):
        sqs.create_queue(
            QueueName=name,
            Attributes={"RedrivePolicy": redrive, "KmsMasterKeyId": key_arn},
            tags=place.tag_map(name),
        )
        arns.append(dead_arn.replace("dead-letters", name))
    return arns


def _topics(place: Place, queues: list[str]) -> str:
    sns = place.client("sns")
    topics = [
        sns.create_topic(Name=name, Tags=place.tags(name))["TopicArn"]
        for name in place.names("topic", 3 if place.home else 1)
    ]
    for number, topic in enumerate(topics):
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=queues[number % len(queues)])
    return str(topics[0])


def _functions(place: Place, networks: Networks, queues: list[str], key_arn: str, role_arn: str) -> list[str]:
    aws_lambda, net = place.client("lambda"), networks.first
    arns: list[str] = []
    for number, name in enumerate(place.names("function", 5)):
        arn = aws_lambda.create_function(
            FunctionName=name,
            Runtime="python3.12",
            Role=role_arn,
            Handler="main.handler",
            Code={"ZipFile": _code()},
            VpcConfig={"SubnetIds": [net.subnets[0]], "SecurityGroupIds": [net.web_group]},
            KMSKeyArn=key_arn,
            DeadLetterConfig={"TargetArn": queues[0]},
            Tags=place.tag_map(name),
        )["FunctionArn"]
        arns.append(arn)
        if number % 2 == 0:
            aws_lambda.create_event_source_mapping(EventSourceArn=queues[-1], FunctionName=name)
    aws_lambda.publish_layer_version(LayerName="shared", Content={"ZipFile": _code()})
    return arns


def _machines(place: Place, role_arn: str) -> None:
    machine = json.dumps({"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}})
    for name in place.names("machine", 2):
        place.client("stepfunctions").create_state_machine(
            name=name, definition=machine, roleArn=role_arn, tags=place.lower_tags(name)
        )


def _rules(place: Place, function: str) -> None:
    events = place.client("events")
    for name in place.names("bus", 1):
        events.create_event_bus(Name=name, Tags=place.tags(name))
    for name in place.names("nightly", 3):
        events.put_rule(Name=name, ScheduleExpression="rate(1 day)", State="DISABLED", Tags=place.tags(name))
        events.put_targets(Rule=name, Targets=[{"Id": "function", "Arn": function}])


def _interfaces(place: Place) -> None:
    rest = place.client("apigateway")
    for name in place.names("rest", 2):
        rest.create_rest_api(name=name, tags=place.tag_map(name))
    http = place.client("apigatewayv2")
    for name in place.names("http", 1):
        http.create_api(Name=name, ProtocolType="HTTP", Tags=place.tag_map(name))
