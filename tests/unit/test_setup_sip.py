"""The messages with which a trunk is tested."""

from callcenter.setup.rules.sip import Method, Origin, Verdict, challenge_of, proof_of, request, status_of, verdict_of
from callcenter.setup.types import TrunkAt

TRUNK = TrunkAt("sip.carrier.example", 5060, "bank01")
ORIGIN = Origin("10.0.0.5", 40_000, "abc123")


def answer(status: str, *headers: str) -> bytes:
    return "\r\n".join([f"SIP/2.0 {status}", "Call-ID: abc123@10.0.0.5", *headers, "", ""]).encode()


def test_a_registration_is_asked_for_and_none_is_made() -> None:
    text = request(Method.REGISTER, TRUNK, ORIGIN, 1).decode()
    assert text.startswith("REGISTER sip:sip.carrier.example:5060 SIP/2.0\r\n")
    assert "\r\nContact:" not in text
    assert text.endswith("Content-Length: 0\r\n\r\n")


def test_only_final_answers_to_our_own_request_count() -> None:
    assert status_of(answer("401 Unauthorized"), "abc123") == 401
    assert status_of(answer("100 Trying"), "abc123") is None
    assert status_of(answer("200 OK"), "another") is None
    assert status_of(b"OPTIONS sip:abc123 SIP/2.0\r\n\r\n", "abc123") is None


def test_the_proof_is_that_of_rfc_2617() -> None:
    header = 'WWW-Authenticate: Digest realm="asterisk",nonce="1/2",opaque="op",algorithm=MD5,qop="auth"'
    challenge = challenge_of(answer("401 Unauthorized", header))
    assert challenge
    assert (challenge.realm, challenge.nonce, challenge.qop, challenge.proxy) == ("asterisk", "1/2", True, False)
    proof = proof_of(challenge, TRUNK, "secret", "abc123")
    # computed with md5sum: ha1 = bank01:asterisk:secret, ha2 = REGISTER:sip:sip.carrier.example:5060
    assert 'response="e8e9729139457033bae290fec99425f5"' in proof
    assert "secret" not in proof.replace("response", "")


def test_a_proxy_is_answered_in_its_own_header_and_foreign_algorithms_are_not() -> None:
    challenge = challenge_of(answer("407 Proxy Authentication Required", 'Proxy-Authenticate: Digest nonce="n"'))
    assert challenge
    assert proof_of(challenge, TRUNK, "secret", "abc123").startswith("Proxy-Authorization: Digest ")
    assert "qop" not in proof_of(challenge, TRUNK, "secret", "abc123")
    assert challenge_of(answer("401 Unauthorized", 'WWW-Authenticate: Digest algorithm=SHA-256, nonce="n"')) is None


def test_what_the_last_answer_means() -> None:
    assert verdict_of(200) is Verdict.ACCEPTED
    assert {verdict_of(status) for status in (401, 403, 404, 407)} == {Verdict.REFUSED}
    assert verdict_of(503) is Verdict.OTHER
