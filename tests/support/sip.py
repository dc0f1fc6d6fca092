"""What a stranger may send to the switch."""

UPGRADE = (
    b"GET /ws HTTP/1.1\r\nHost: t\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Protocol: sip\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
)
"""The head by which a phone opens a WebSocket."""


def invite(port: int, sender: str, number: int) -> bytes:
    """Returns an INVITE that says it comes from ``sender``."""
    body = f"v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n"
    head = [
        "INVITE sip:0771@127.0.0.1 SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{number};rport",
        "Max-Forwards: 70",
        f"From: <sip:{sender}@127.0.0.1>;tag={number}",
        "To: <sip:0771@127.0.0.1>",
        f"Call-ID: attack-{sender}-{number}",
        "CSeq: 1 INVITE",
        f"Contact: <sip:{sender}@127.0.0.1:{port}>",
        "Content-Type: application/sdp",
        f"Content-Length: {len(body)}",
    ]
    return ("\r\n".join(head) + "\r\n\r\n" + body).encode()
