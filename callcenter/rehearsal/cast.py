"""Invents the people of a rehearsal: staff, regions, customers. None of them is real. Pure: chance is an argument."""

import csv
import io
from dataclasses import dataclass
from random import Random

from callcenter.people.types import Role

CAMPAIGN = "2026冬季安康保险"
PRODUCT = "安康重大疾病保险"
COMPANY = "演练人寿保险股份有限公司"
CALLER_ID = "0771955001"
BRANCH = "演练分行"

REGIONS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("东区", ("青秀区", "邕宁区", "良庆区")),
    ("南区", ("江南区",)),
    ("西区", ("西乡塘区", "隆安县")),
    ("北区", ("兴宁区", "武鸣区", "马山县", "上林县")),
)
OUTSIDE = ("横州市", "宾阳县")
"""Districts that no region serves: hand-overs of their customers must go to the dispatcher."""

_FAMILY = "赵钱孙李周吴郑王冯陈蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜"
_GIVEN = ("演一", "演二", "小例", "大样", "试安", "试康", "假如", "例如", "样本", "虚拟", "模拟", "练习")
_STREETS = ("示例路", "样板街", "演练大道", "虚构巷")
_OCCUPATIONS = ("教师", "护士", "司机", "会计", "工程师", "个体户", "退休", "公务员")
_CLASSES = ("高效客户", "高贡献客户", "一般客户", "休眠客户")

HEADER = ("客户姓名", "联系电话", "性别", "出生日期", "区县", "地址", "职业", "客户分类", "授权依据", "授权编号")


@dataclass(frozen=True, slots=True)
class Player:
    """One demo account."""

    login: str
    name: str
    role: Role
    extension: str | None = None
    robot_number: str | None = None
    region: str | None = None


def robots(count: int) -> list[Player]:
    """Returns the robot agents; the leg of each is a number of the simulated carrier that answers and speaks."""
    return [
        Player(f"robot{n:02d}", f"机器人{n:02d}", Role.AGENT, robot_number=f"9{n:03d}") for n in range(1, count + 1)
    ]


def persons() -> list[Player]:
    """Returns the accounts for people, including the field agents of each region."""
    players = [
        Player("agent1", "演示坐席一", Role.AGENT, extension="1001"),
        Player("agent2", "演示坐席二", Role.AGENT, extension="1002"),
        Player("qa", "演示质检", Role.QA),
        Player("leader", "演示组长", Role.AGENT_LEADER, extension="1004"),
        Player("data", "演示数据管理员", Role.DATA_OFFICER),
        Player("data2", "演示数据复核", Role.DATA_OFFICER),
        Player("branch", "演示支行专员", Role.BRANCH_OFFICER),
        Player("headoffice", "演示总行数据岗", Role.HEAD_OFFICE),
        Player("dispatcher", "演示派单员", Role.DISPATCHER),
        Player("liaison", "演示保险联络人", Role.INSURER_LIAISON),
        Player("complaint", "演示投诉专员", Role.COMPLAINT_OFFICER, extension="1003"),
        Player("auditor", "演示审计员", Role.AUDITOR),
        Player("admin", "演示管理员", Role.ADMINISTRATOR),
    ]
    for number, (region, _) in enumerate(REGIONS, start=1):
        players.append(Player(f"leader{number}", f"{region}组长", Role.FIELD_LEADER, region=region))
        players += [
            Player(f"field{number}{suffix}", f"{region}外勤{suffix.upper()}", Role.FIELD_AGENT, region=region)
            for suffix in ("a", "b")
        ]
    return players


def customer_list(count: int, chance: Random, *, first_number: str | None = None) -> bytes:
    """Writes a customer list in the form that head office sends (CSV, GB18030). Some rows are faulty on purpose.

    The numbers' last two digits spread evenly over the simulated carrier's behaviours. The first customer gets
    ``first_number``, so that a test knows how the first call goes.
    """
    districts = [district for _, names in REGIONS for district in names] * 3 + list(OUTSIDE)
    text = io.StringIO()
    table = csv.writer(text)
    table.writerow(HEADER)
    taken: set[str] = set()
    for index in range(count):
        number = first_number if index == 0 and first_number else f"139{chance.randrange(10**6):06d}{index % 100:02d}"
        if number in taken:
            continue
        taken.add(number)
        district = chance.choice(districts)
        table.writerow(
            (
                chance.choice(_FAMILY) + chance.choice(_GIVEN),
                number,
                chance.choice("男女"),
                f"{chance.randrange(1950, 2002)}-{chance.randrange(1, 13):02d}-{chance.randrange(1, 29):02d}",
                district,
                f"演练市{district}{chance.choice(_STREETS)}{chance.randrange(1, 300)}号",
                chance.choice(_OCCUPATIONS),
                chance.choice(_CLASSES),
                "书面同意",
                f"YL{chance.randrange(10**9):09d}",
            )
        )
    table.writerow(("错例", "12345", "男", "1980-01-01", "青秀区", "", "教师", "一般客户", "书面同意", "YL0"))
    table.writerow(("错例", "", "女", "1980-01-01", "青秀区", "", "教师", "一般客户", "书面同意", "YL1"))
    return text.getvalue().encode("gb18030")


SCRIPT: tuple[tuple[str, str, str, bool], ...] = (
    (
        "greeting",
        "您好，我是{company}的{agent}，执业证号{licence}，本次通话将全程录音。",
        "Good day, this is {agent} of {company}, licence {licence}. This call is recorded in full.",
        True,
    ),
    ("identity", "请问您是本人吗？", "Am I speaking to the person named in our file?", True),
    (
        "insurance",
        "我介绍的是保险产品，不是银行存款或理财产品。",
        "What I present is an insurance product, not a deposit or an investment of the bank.",
        True,
    ),
    (
        "offer",
        "我们可以安排专业人员上门为您讲解，您看哪天方便？",
        "A specialist can visit you and explain it; which day would suit you?",
        False,
    ),
    (
        "promise",
        "保障责任、犹豫期和费用以保险合同为准，我们不作合同以外的承诺。",
        "Cover, cooling-off period and cost are as the contract says; we promise nothing beyond it.",
        True,
    ),
    (
        "refuse",
        "如果您不希望再接到来电，我马上为您登记。",
        "If you want no more calls, I enter that at once.",
        False,
    ),
)
"""Key, Chinese, English, mandatory (requirement C8)."""
