"""Rules and dashboard: Prometheus accepts them, the rules fire as their own tests say, and every metric exists."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import prometheus_client
import pytest
import yaml
from prometheus_client.core import CollectorRegistry

from callcenter.health.service import HealthService
from callcenter.health.settings import HealthSettings
from callcenter.kit.work import Works
from callcenter.web import health as _  # noqa: F401 - with its import the metrics of requests are there
from callcenter.web.metrics import Installation, count_backlog
from tests.rooms.health.test_heartbeats import health_of
from tests.support.debian import program

FOLDER = Path(__file__).parents[2] / "deploy/monitoring"
_NAME = re.compile(r"\bcallcenter(?:_[a-z0-9_]+|:[a-z0-9_:]+)")
_TYPE = re.compile(r"^# TYPE (\S+) (\S+)$", re.MULTILINE)
_PARTS = {"histogram": ("_bucket", "_sum", "_count"), "summary": ("_sum", "_count"), "counter": ("",), "gauge": ("",)}


@pytest.mark.e2e
def test_the_rules_are_valid_and_fire_as_they_should() -> None:
    promtool = program("prometheus", "usr/bin/promtool")
    for words in (("check", "rules", "callcenter.rules.yml"), ("test", "rules", "callcenter.rules.test.yml")):
        done = subprocess.run([promtool, *words], cwd=FOLDER, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr


def rules() -> list[dict[str, object]]:
    groups = yaml.safe_load((FOLDER / "callcenter.rules.yml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> Iterator[str]:
    yield from (str(rule["expr"]) for rule in rules())
    for panel in json.loads((FOLDER / "grafana.json").read_text())["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))


@pytest.mark.db
async def test_every_metric_of_rules_and_dashboard_exists(works: Works) -> None:
    health: HealthService = health_of(works, HealthSettings())
    async with works.begin() as work:
        backlog = await count_backlog(work)
    registry = CollectorRegistry()
    registry.register(Installation(health, backlog, works.clock.now(), True))
    shown = prometheus_client.generate_latest(registry) + prometheus_client.generate_latest()
    known = {name + ending for name, kind in _TYPE.findall(shown.decode()) for ending in _PARTS.get(kind, ("",))}
    recorded = {str(rule["record"]) for rule in rules() if "record" in rule}
    named = {name for expression in expressions() for name in _NAME.findall(expression)}
    assert named - known - recorded == set()
    assert len(named) > 25


def test_each_rule_that_alerts_says_what_to_do() -> None:
    for rule in rules():
        if "alert" in rule:
            annotations = rule["annotations"]
            assert isinstance(annotations, dict)
            assert re.search(r"[\u4e00-\u9fff]", annotations["summary"] + annotations["description"])
