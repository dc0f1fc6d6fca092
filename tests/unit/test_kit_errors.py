"""The tree of refusals."""

import pytest

from callcenter.kit.errors import (
    Conflict,
    Invalid,
    NotAllowed,
    NotFound,
    NotLoggedIn,
    Refusal,
    Unavailable,
)


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        (Refusal, 400, "refused"),
        (NotFound, 404, "not_found"),
        (NotAllowed, 403, "not_allowed"),
        (NotLoggedIn, 401, "not_logged_in"),
        (Conflict, 409, "conflict"),
        (Invalid, 422, "invalid"),
        (Unavailable, 503, "unavailable"),
    ],
)
def test_each_refusal_knows_its_status_and_code(kind: type[Refusal], status: int, code: str) -> None:
    problem = kind("because").problem()
    assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"urn:callcenter:{code}")
    assert problem["detail"] == "because"
    assert "rule" not in problem
    assert "params" not in problem


def test_the_problem_details_name_rule_and_parameters() -> None:
    class Closed(Conflict):
        code = "outside_window"
        rule = "C1"

    assert Closed("closed", until="09:00").problem() == {
        "type": "urn:callcenter:outside_window",
        "title": "outside window",
        "status": 409,
        "code": "outside_window",
        "detail": "closed",
        "rule": "C1",
        "params": {"until": "09:00"},
    }
    assert Closed("closed", rule="C2").problem()["rule"] == "C2"
    assert Closed("closed").rule == "C1"
