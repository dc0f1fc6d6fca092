"""Lists long passwords that are tried first; without capitals, and without what is neither letter nor digit.

Source: frequent entries of ten and more characters in published lists, and their Chinese counterparts.
"""

# fmt: off
KNOWN = frozenset({
    "1234567890a", "123456789a", "123456789abc", "123456abcdef", "1q2w3e4r5t", "1q2w3e4r5t6y", "1qaz2wsx3edc",
    "1qaz2wsx3edc4rfv", "5201314520", "a123456789", "a1234567890", "aa123456789", "abc1234567", "abcd123456",
    "abcdef123456", "admin12345", "admin123456", "admin888888", "administrator", "administrator1",
    "administrator123", "asdfghjkl123", "bank123456", "beijing2008", "callcenter", "callcenter1", "callcenter123",
    "callcenter2026", "changeme123", "changeme1234", "china123456", "default123", "dianhua123456", "dragon12345",
    "football123", "guangxi123456", "iloveyou123", "iloveyou520", "kefu123456", "letmein1234", "mima123456",
    "monkey12345", "nanning123456", "p4ssword123", "passw0rd12", "passw0rd123", "passw0rd1234", "password12",
    "password123", "password1234", "password12345", "password123456", "princess123", "qazwsxedc123", "qwer1234asdf",
    "qwerty12345", "qwerty123456", "qwertyuiop", "root123456", "sunshine123", "superman123", "test123456",
    "test1234567", "user123456", "welcome123", "welcome1234", "welcome2024", "welcome2025", "welcome2026",
    "woaini1314", "woaini1314520", "woaini520", "woaini5201314", "xiugaimima", "yinhang123", "yinhang123456",
    "zhongguo123", "zuoxi123456", "zxcvbnm123"
})
# fmt: on
