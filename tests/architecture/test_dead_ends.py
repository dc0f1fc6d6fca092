"""Nothing leads nowhere: settings are read, events heard, services called, endpoints used by a page, rights asked for.

Each kind has a finder, a table of the dead ends that have a reason, and a test that fails for one without a reason and
for a reason that is no longer needed.
"""

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from callcenter.bootstrap.openapi import description
from callcenter.people.types import RIGHTS, Right
from tests.web.rights_table import OPEN

CODE = Path(__file__).parents[2] / "callcenter"
PANELS = CODE / "panels" / "src"

UNREAD_SETTINGS: Mapping[str, str] = {}
"""``Class.field`` → who reads it, if no line of the program does."""

UNHEARD_EVENTS: Mapping[str, str] = {
    "AgentStateChanged": "for the account of an agent's working time, a room above that is still to be built",
    "CallPlanned": "for the live account of a campaign's calls, a room above that is still to be built",
    "DayChanged": "rooms that plan by days are asked before the change (calendar.port.DayUses); tests hear the rest",
    "HandOverAssigned": "for the notice on the field agent's telephone, which is still to be built",
    "RecordingIncident": "for mail to the administrators (S6); the page of incidents shows them until then",
    "StockRunsLow": "for mail to the data officer (S6); the alert of low stock is raised by the same watch",
    "TargetMoved": "for the notice to the branch that proposed the target group",
    "VisitReported": "for the account of the field agents, a room above that is still to be built",
}
"""Event → why it is announced though no room listens."""

UNCALLED: Mapping[str, str] = {
    "callcenter.allocation.service.AllocationService.excesses": "the tests of law 2 ask it after every step",
    "callcenter.kit.db.Xid.get_col_spec": "SQLAlchemy calls it",
    "callcenter.telephony.asterisk.provision.NodeConfig.http_sessions": "the template http.conf.j2 reads it",
    "callcenter.bootstrap.processes._WebServer.startup": "uvicorn calls it",
    **{
        f"callcenter.web.connections.TimedClients.{name}": "uvicorn's parser calls it"
        for name in ("on_message_begin", "on_headers_complete")
    },
    "callcenter.callbacks.service.CallbackService.count_due": "tests ask it; a desk reads it with its other rows",
    "callcenter.calendar.rules.WorkingCalendar.working_days": "tests and builders count days by it",
    "callcenter.classes.types.SchemeCard.default_code": "tests read the default by it; the page has the whole scheme",
    "callcenter.kit.transitions.find_machines": "scripts/diagrams and the test that every state has a machine",
    "callcenter.leads.service.LeadService.count_stock": "tests compare the stock with it; pages read the forecast",
    "callcenter.leads.service.LeadService.find_by_phone": "tests find what they imported; pages search by the index",
    "callcenter.recordings.listening.ListeningService.accesses": "tests of hearing; people read the access log",
    "callcenter.reporting.rules.ledger_result": "the rule that a test compares the ledger's SQL with",
    "callcenter.telephony.simulated.SimulatedSwitch.crash": "tests let the simulated switch die",
    "callcenter.telephony.simulated.SimulatedSwitch.customer_hangs_up": "tests play the customer",
    "callcenter.telephony.simulated.SimulatedSwitch.register_phone": "tests play the agent's phone",
    "callcenter.telephony.simulated.SimulatedSwitch.unregister_phone": "tests play the agent's phone",
}
"""``module.function`` or ``module.Class.method`` → who calls it, if the program does not."""

WITHOUT_PAGE: Mapping[str, str] = {
    "GET /dnc/entries/{entry_id}": "other systems of the bank read one entry; pages have the list",
}
"""``METHOD /path`` → who uses it, if no page does."""

UNUSED_RIGHTS: Mapping[str, str] = {}
"""Right → why it exists though no endpoint asks for it, or no role has it."""

_OUTSIDE = {"node_modules", "versions", "panels"}
_CALLED_BY_LIBRARIES = re.compile(r"__\w+__|model_post_init|process_\w+|get_route_handler")


def modules() -> dict[str, ast.Module]:
    files = (file for file in sorted(CODE.rglob("*.py")) if not _OUTSIDE & set(file.parts))
    return {
        file.relative_to(CODE.parent).with_suffix("").as_posix().replace("/", "."): ast.parse(file.read_text())
        for file in files
    }


def classes(code: Mapping[str, ast.Module]) -> Iterator[tuple[str, ast.ClassDef]]:
    for name, module in code.items():
        yield from ((name, node) for node in module.body if isinstance(node, ast.ClassDef))


def bases(node: ast.ClassDef) -> set[str]:
    return {ast.unparse(base).partition("[")[0].rpartition(".")[2] for base in node.bases}


def heirs(code: Mapping[str, ast.Module], root: str) -> dict[str, tuple[str, ast.ClassDef]]:
    """Returns the classes that inherit from ``root``, near or far, by their names."""
    found: dict[str, tuple[str, ast.ClassDef]] = {}
    while more := {
        node.name: (module, node)
        for module, node in classes(code)
        if node.name not in found and bases(node) & {root, *found}
    }:
        found |= more
    return found


def names_read(tree: ast.AST) -> Counter[str]:
    """Counts every name and attribute that is read, and every name that is imported under another."""
    read: Counter[str] = Counter()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
            read[node.attr] += 1
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            read[node.id] += 1
        elif isinstance(node, ast.alias) and node.asname:
            read[node.name] += 1
    return read


def all_read(code: Mapping[str, ast.Module]) -> Counter[str]:
    return sum((names_read(module) for module in code.values()), Counter())


# --- the finders


def unread_settings(code: Mapping[str, ast.Module]) -> list[str]:
    read = all_read(code)
    return sorted(
        f"{name}.{field.target.id}"
        for name, (_, node) in heirs(code, "BaseSettings").items()
        for field in node.body
        if isinstance(field, ast.AnnAssign)
        and isinstance(field.target, ast.Name)
        and field.target.id != "model_config"
        and not read[field.target.id]
    )


def unheard_events(code: Mapping[str, ast.Module]) -> list[str]:
    heard = {
        node.args[0].id
        for module in code.values()
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "subscribe"
        and node.args
        and isinstance(node.args[0], ast.Name)
    }
    return sorted(set(heirs(code, "Event")) - heard)


def uncalled(code: Mapping[str, ast.Module]) -> list[str]:
    """Returns functions and methods whose name no other line reads. Endpoints and commands are called by decorators."""
    read = all_read(code)
    exempt = {name for root in ("Protocol", "BaseModel") for name in heirs(code, root)}
    found = []
    for module, tree in code.items():
        for path, function in functions(tree.body, exempt):
            own = names_read(function)[function.name]  # a function that only calls itself is not called
            if read[function.name] - own <= 0:
                found.append(f"{module}.{path}")
    return sorted(found)


def functions(
    body: Sequence[ast.stmt], exempt: Iterable[str]
) -> Iterator[tuple[str, ast.FunctionDef | ast.AsyncFunctionDef]]:
    for node in body:
        if isinstance(node, ast.ClassDef) and node.name not in exempt:
            yield from ((f"{node.name}.{path}", function) for path, function in functions(node.body, exempt))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            registers = any(isinstance(decorator, ast.Call) for decorator in node.decorator_list)
            if not registers and not node.name.startswith("_") and not _CALLED_BY_LIBRARIES.fullmatch(node.name):
                yield node.name, node


_METHOD = {"upload": "POST", "download": "GET", "address": "GET"}


def patterns_of_pages(texts: Iterable[str]) -> list[re.Pattern[str]]:
    """Returns what the panels call: by their client, where a path may hold a variable, or as a constant address."""
    found = []
    for text in texts:
        calls = [
            (_METHOD.get(method, method), path or template)
            for method, path, template in re.findall(r"server\s*\.(\w+)\(\s*(?:'(/[^']*)'|`(/[^`]*)`)", text)
        ]
        calls += [("GET", path) for path in re.findall(r"^export const [A-Z_]+ = '(/[^']*)'", text, re.MULTILINE)]
        for method, path in calls:
            found.append(re.compile(re.sub(r"\\\$\\\{\w+\\\}", "[a-z-]+", re.escape(f"{method} {path}"))))
    return found


def without_page(routes: Iterable[str], texts: Iterable[str]) -> list[str]:
    patterns = patterns_of_pages(texts)
    return sorted(route for route in routes if not any(pattern.fullmatch(route) for pattern in patterns))


def unused_rights(code: Mapping[str, ast.Module]) -> list[str]:
    """Returns rights that no line asks for, beside the table of who has them, and rights that no role has."""
    asked = {
        node.attr
        for name, module in code.items()
        if name != "callcenter.people.types"
        for node in ast.walk(module)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Right"
    }
    held = set().union(*RIGHTS.values())
    return sorted(right.value for right in Right if right.name not in asked or right not in held)


# --- the tests


@pytest.fixture(scope="module")
def code() -> dict[str, ast.Module]:
    return modules()


def same(found: Sequence[str], reasons: Mapping[str, str]) -> None:
    assert [name for name in found if name not in reasons] == [], "use it, remove it, or give its reason here"
    assert [name for name in reasons if name not in found] == [], "it is no dead end any more: remove the reason"
    assert all(len(reason) > 10 for reason in reasons.values())


def test_every_setting_is_read(code: dict[str, ast.Module]) -> None:
    same(unread_settings(code), UNREAD_SETTINGS)


def test_every_event_is_heard(code: dict[str, ast.Module]) -> None:
    same(unheard_events(code), UNHEARD_EVENTS)


def test_every_function_is_called_by_the_program(code: dict[str, ast.Module]) -> None:
    same(uncalled(code), UNCALLED)


def test_every_endpoint_has_a_page() -> None:
    routes = {
        f"{method.upper()} {path.removeprefix('/api/v1')}"
        for path, methods in description()["paths"].items()
        if path.startswith("/api/v1")
        for method in methods
    }
    assert routes > OPEN
    files = (file for kind in ("*.ts", "*.vue") for file in PANELS.rglob(kind))
    texts = [file.read_text() for file in files if not file.name.endswith((".test.ts", ".d.ts"))]
    same(without_page(routes, texts), WITHOUT_PAGE)


def test_every_right_is_asked_for_and_held(code: dict[str, ast.Module]) -> None:
    same(unused_rights(code), UNUSED_RIGHTS)


SAMPLE = {
    "callcenter.sample": ast.parse(
        """
class Section(BaseSettings): pass
class SampleSettings(Section):
    read: int = 1
    unread: int = 1
class Heard(Event): pass
class Unheard(Event): pass
class SampleService:
    def used(self, settings): return settings.read
    def unused(self): return self.unused()
def subscribe(bus, service): bus.subscribe(Heard, service.used)
subscribe(1, 2)
        """
    )
}


def test_the_finders_find_what_leads_nowhere() -> None:
    assert unread_settings(SAMPLE) == ["SampleSettings.unread"]
    assert unheard_events(SAMPLE) == ["Unheard"]
    assert uncalled(SAMPLE) == ["callcenter.sample.SampleService.unused"]
    page = "server.GET('/cases')\nserver.upload('/files', {})\nserver.POST(`/cases/{id}/${act}`)"
    routes = ["GET /cases", "POST /cases", "POST /cases/{id}/close", "POST /files"]
    assert without_page(routes, [page]) == ["POST /cases"]
    assert unused_rights(SAMPLE) == sorted(right.value for right in Right), "the sample asks for none"
