"""Words between and around spans that say whose they are."""

from __future__ import annotations

import re
from functools import cache

from gaihe.serving.core.schema import Entity, EntityType
from gaihe.serving.verdict.text import any_of, words

IS_NAMED = re.compile(
    r"[,:(\s]{0,3}(?:的?(?:真实)?(?:姓名|名字|本名|真名|大名|全名)|的(?=[:\s]))?"
    r"(?:(?:就是|是|叫)[^\W\d_的和跟与被让给把听找帮替陪问骗]{0,4}|叫做|名叫|为|,叫)?[:\s“\"「【(《]{0,3}"
)
"""What stands between somebody and their name; after 是 and 叫 a calling too: 我是外卖员张丽."""
JOINED = re.compile(r"\s?(?:、|和|与|跟|及|以及|&|/|还有)\s?")
"""What joins the names of a list."""
IN_A_COLUMN = re.compile(r"[\s,;|/]{0,2}")
"""What parts names that may be a list, as those of a table that was pasted: 王芳 陈刚 李强."""
LISTED = re.compile(r"[、,/;和及或\s]{1,4}")
"""What joins the values of a list."""
HEADS = re.compile(r"[^,。!?;\n\d]{0,8}:\s{0,3}(?:[(\[]?\d{1,3}[.、)\]:]\s?)?")
"""What stands between what heads a list and its first name: 高二3班名单：王芳、陈刚."""
BEGINS_A_LINE = re.compile(r"[^\n]*\n[^\S\n]{0,4}(?:[(\[]?\d{1,3}[.、)\]:]\s?)?")
"""What stands between what was read last and the name that the next line of a list begins with."""
_IN_ORDER = re.compile(r"(?:依次|分别)[是为]?[^,。!?;:\n\d]{0,4}[是为:]?\s?$")
_OF_THEM_ALL = re.compile(r"的(?:[,。!?;\n]|$)")
_ONE = r"(?:另外?|还有)?一[个位名][^,。;!?\n]{0,6}"
ONE_OF_THEM = re.compile(rf"{_ONE}$")
"""What stands before the value of the first of several: 一个住…."""
AND_ANOTHER = re.compile(rf"[,;、\s]{{0,2}}{_ONE}")
"""What stands between it and the next one's: …，一个住…."""
SAME_AS = re.compile(r"[,:(\s就]{0,3}(?:是|乃)?[\s]?")
"""What stands between a name and who it is to the author: 张丽就是我前夫."""
OF_THE_NEXT = re.compile(
    r"\s?(?:[(\[]|(?:这个?|号码?)?[就也]?(?:是|归|属于))\s?(?:联系人|机主|户名|收件人|姓名)?[:\s]?"
    r"|[,;、\s]{0,2}(?:户名|持卡人|开户[名人]|机主|号主|卡主|收款人|户主)[:\s是为叫]{0,2}"
)
"""What stands between a value and the name of its bearer."""
OWN = re.compile(r"的?(?:联系)?(?:方式|电话|手机|微信|[vV][xX信]?|[qQ]{2}|扣扣|邮箱|号码?)+[是:,\s]{0,2}|是?[^\S\n]?")
"""What stands between the author and a contact of theirs: 我的电话是138…."""
_OWN_CARD = re.compile(r"的?(?:银行|工资)?(?:卡号?|账号|身份证号?|生日|单位|学校)[:是,\s]{0,2}")
ALSO = re.compile(
    r"[,;、/\s]{0,2}(?:或者?|和|也可以?|以及)?(?:请?(?:打|加|联系))?"
    r"(?:(?:联系)?(?:方式|电话|手机|微信|[vV][xX信]?|[qQ]{2}|扣扣|邮箱|号码?))*[是:\s]{0,2}"
)
"""What stands between two contacts of one person: 138…，微信…."""
_CONTACTS = (EntityType.PHONE, EntityType.QQ, EntityType.WECHAT, EntityType.EMAIL, EntityType.ACCOUNT)
_FIELD = re.compile(r"\s*[^\s:,。]{1,8}\s?:")
_FIELD_OF_A_LINE = re.compile(r"[,;\s]\s?[^\s:,;。]{1,8}\s?:\s?$")
_LABELLED = re.compile(r"[,;\s](?:工作)?(?:单位|学校|住址|地址|身份证号?|车牌号?)[:是\s]{0,2}$")
_NOT_THAT = re.compile(r"[,\s]{0,2}(?:而|应该?|其实)?是[:\s“\"]{0,2}")
_NOT = re.compile(r"不是[:\s“\"]{0,2}$")
_APPOSED = re.compile(r"[,:\s]{1,3}")
_SHARED = re.compile(r"(?:[都均全]|一起|同)(?:是|为|在|住|属|读|来自)(?:在|于)?[:\s]?$")
_VICTIM = re.compile(r"(?:受害|被骗)(?:人|者|的)?[:\s]?$")
_IS_A_VICTIM = re.compile(r"[,\s]?(?:也|才|就)?(?:是|系)?(?:受害|被(?:骗|坑|打|害|撞)|上当)")
_VOUCHES = re.compile("(?:可以?|能|愿意?)?[^,。!?;\\n]{0,2}(?:作证|证明|见证)")
_TOLD_OF = re.compile("本人|的?(?:姓名|名字|真名|电话|手机|微信|QQ|地址|住址|身份证)|叫|住|家|:")
_WRONGED = re.compile(r"(?:骗|坑|打|欺负|祸害|拐|偷)了?[^,。\s]{0,2}$")
_MEMBERS = re.compile(r"(?:的)?(?:[好几多两三四五\d]+[个名位])?(?:的)?(?:学生|同学|孩子|家长|员工|老人|客户)")
_INTRODUCED = re.compile(
    r"(?:有一?[个位名]|的(?:那个)?(?:女生|男生|女孩|男孩|女人|男人|女的|男的|女子|男子|人|家伙))[^,。!?;\n]{0,4}(?:名叫|叫|是)[:\s“\"]{0,3}$"
)
_GOES_ON_TO_A_NAME = re.compile(
    r"的?(?:上班|工作|打工|实习|任职|上学|读书|念书|就读|[读念上]?(?:大[一二三四]|研[一二三]|高[一二三]|本科|硕士|博士))?,"
    r"(?:我?名?叫|姓名)[:是]?\s?"
)
I_AM = re.compile("(?:就|也)?(?:是|系|为|来自)")
"""What stands between the author and a school or an employer before their own name: 我是三一重工的李强."""
LEADS_ON = re.compile(r"[,:(\s]{0,2}(?:就?是|系|叫|在|原?为)?")
"""The same after a relative: 她老公是三一重工工程师李强."""
_TITLES = (
    r"[^\W\d_]{0,4}(?:长|员|师|生|工|士|管|书记|主任|经理|司机|老板|保安|会计|教授|干部|民警|业主|住户|村民|居民|租客)"
)
_OF_A_PATIENT = re.compile(r"(?:病历|住院|就诊|门诊|医保)[卡号码]*[:是\s]{0,2}$")
_MALE = re.compile("(?:爸|父|公|夫|哥|弟|男友|男朋友|儿子|侄子|孙子|爷|舅|叔|伯|婿|外甥)+$")
_OF_BOTH = re.compile(r"(?<!我们)(?<!咱们)[两俩二]个?人[^,。!?;:\n我把让被给跟骗打害]{0,8}[:\s]?$")
_WHOSE = re.compile(r"的[^,。;!?\n\s的]{1,8}(?:[,。;!?\n\s]|$)")
IS_SOMEBODYS = re.compile(r"[\s,]?[就也都]?(?:是|系)[^\W\d_]{0,8}")
"""What stands between somebody and whose relation they are told to be: 陈刚是局长李强的小舅子."""
IS_OF = re.compile(r"[,\s](?:这个?|号码?)?[就也都]?(?:是|归|属于)")
"""What stands between a value and the name of its bearer, after which 的 ends the clause: 138…，是陈刚的."""
ANSWERED_BY = re.compile(r"[^\S\n]?\(?|,?找[^\S\n]?")
"""What stands between a contact given to readers and the name of who answers it: 有线索请打138…张丽."""
BUT_IS = re.compile(r"的[,;。\s]{0,2}(?:而|应该?|其实|就)?(?:是|归|属于)")
"""What follows whose a value is not, where it is said whose it is: 不是张丽的，是李梅的."""
_ANOTHER = re.compile("(?:另外?一?[个位名]|同名(?:同姓)?的?|重名的?)[^\\W\\d_]{0,3}$")
_ACTED_ON = re.compile("[^,。!?;\\n]{0,8}(?:把|冒充|假冒|冒用|顶替|伙同|勾结)[^\\W\\d_的]{0,4}")
_APART_FROM = re.compile("[^。!?\\n]{0,8}[跟和与]")
_IS_APART = re.compile("(?:这事)?(?:没有?关系|无关)")
_SERVES = re.compile("[^。!?\\n]{0,4}[给替为][^\\W\\d_的]{0,4}")
_AS_WHAT = re.compile("开车|打工|干活|跑腿|[当做][^,。!?;\\n]{1,4}[,。!?;\\n]")
AT_HOME = re.compile(
    r"们?(?:现在|目前|一直|也|就|还|都)?(?:(?:的?家|住|租)[址处房]?(?:就|也)?[在是]?|的?(?:家庭)?(?:住址|地址)是?):?"
)
"""What stands between the author and their home: 我住…, 我家在…."""


@cache
def _of_a_relative() -> re.Pattern[str]:
    return re.compile(
        rf"[,(\s]{{0,2}}(?:后面|前面)?(?:那个|那一栏|这个|号码)?(?:是|系)借?(?:(?P<mine>我)|他|她|其)的?"
        rf"(?P<relation>{any_of(words('relations') + words('ties'))}|{any_of(words('short_relations'))})"
        "(?:的|所有|名下)"
    )


@cache
def _leads_to_whom() -> re.Pattern[str]:
    whom = any_of(words("callings") + words("adversaries"))
    return re.compile(rf"[^,。!?;\n]*|[^。!?\n]*[,;\s](?:{whom})(?:本人)?[:是叫\s]{{0,2}}")


@cache
def _lives_there() -> re.Pattern[str]:
    return re.compile(rf"里?的?(?:{any_of(words('tenants'))}|楼上|楼下|隔壁|对门|那[户家]|房客|室友|舍友|邻居)")


@cache
def _titled() -> re.Pattern[str]:
    return re.compile(rf"的?(?:{_TITLES}|{any_of(words('relations') + words('ties'))})?")


def has_a_label(text: str, value: Entity) -> bool:
    """Whether a value stands after the label of what it is, as a clause of its own: …，单位三一重工."""
    return _LABELLED.search(text, max(0, value.start - 8), value.start) is not None


def introduces(text: str, name: Entity) -> bool:
    """Whether the words before a name bring in somebody new: 班上有个叫李浩的, 劈腿的女生叫李丽."""
    return _INTRODUCED.search(text[max(0, name.start - 16) : name.start]) is not None


def goes_on_to_a_name(between: str) -> bool:
    """Whether the author goes on from where they work or study to their name: 我在…上班，名叫李强."""
    return _GOES_ON_TO_A_NAME.fullmatch(between) is not None


def of_a_patient(text: str, value: Entity) -> bool:
    """Whether a number is that of somebody's treatment, and not of who did them harm."""
    return _OF_A_PATIENT.search(text[max(0, value.start - 8) : value.start]) is not None


def told_at_once(between: str) -> bool:
    """Whether what stands between somebody and a value says that it is theirs: 退到我爸卡6217…."""
    return OWN.fullmatch(between) is not None or _OWN_CARD.fullmatch(between) is not None


def is_male(relation: str) -> bool:
    """Whether a relation is a man's, who is not spoken of as 她."""
    return _MALE.search(relation) is not None


def titled(between: str) -> bool:
    """Whether a place of work, study or living is that of who is named after it: 三一重工工程师李强, 3栋业主李强."""
    return _titled().fullmatch(between.strip()) is not None


def corrected(text: str, wrong: Entity, right: Entity) -> bool:
    """Whether one name is put in the place of another: 不是张莉，是张丽."""
    between = text[wrong.end : right.start]
    return bool(_NOT.search(text[max(0, wrong.start - 4) : wrong.start]) and _NOT_THAT.fullmatch(between))


def apposed(text: str, name: Entity, before: str) -> bool:
    """Whether a name stands as a clause of its own, among what is said of somebody: 他，工号0921，张丽，税务局的."""
    return _APPOSED.fullmatch(before) is not None and text[name.end : name.end + 1] in (",", "(", "。", "", "\n", " ")


def of_somebodys(text: str, owner: Entity, before: str) -> bool:
    """Whether a name only tells whose somebody is who was named before it: 陈刚是局长李强的小舅子.

    Args:
        text: the folded text.
        owner: the name.
        before: the words between the two names.
    """
    return IS_SOMEBODYS.fullmatch(before) is not None and _WHOSE.match(text, owner.end) is not None


def is_another_of_the_name(text: str, name: Entity) -> bool:
    """Whether somebody is told to have the name of who was named before: 另一个张丽."""
    return _ANOTHER.search(text[max(0, name.start - 10) : name.start]) is not None


def is_no_subject(text: str, name: Entity, before: str) -> bool:
    """Whether the next clause is of who was named before a name: 陈刚把张丽打了，, 陈刚干的，跟王芳没关系，.

    Args:
        text: the folded text.
        name: the name.
        before: the words between the two names.
    """
    if _ACTED_ON.fullmatch(before):
        return True
    apart = _APART_FROM.fullmatch(before) and _IS_APART.match(text, name.end)
    return bool(apart or (_SERVES.fullmatch(before) and _AS_WHAT.match(text, name.end)))


def denied(text: str, name: Entity) -> bool:
    """Whether what came before a name is said not to be its bearer's: 138…不是张丽的."""
    return _NOT.search(text[max(0, name.start - 4) : name.start]) is not None and text[name.end : name.end + 1] == "的"


def of_both(text: str, value: Entity) -> bool:
    """Whether a value is said of the two who were named last: 两人电话138…."""
    return _OF_BOTH.search(text[max(0, value.start - 16) : value.start]) is not None


def in_order(text: str, value: Entity) -> bool:
    """Whether values are told to be of those named before, one after the other: 依次电话138…，139…."""
    return _IN_ORDER.search(text, max(0, value.start - 12), value.start) is not None


def of_them_all(text: str, value: Entity) -> bool:
    """Whether a value is a clause of its own, said of the names before it: 王芳，陈刚，李强，高二3班的."""
    return text[value.start - 1 : value.start] in (",", " ") and _OF_THEM_ALL.match(text, value.end) is not None


def shared(text: str, value: Entity) -> bool:
    """Whether a value is said of all the names before it: 都是, 均为."""
    return _SHARED.search(text[max(0, value.start - 6) : value.start]) is not None


def of_the_wronged(text: str, value: Entity) -> bool:
    """Whether a school or an employer is of those to whom something was done: 骗了…的学生."""
    before = text[max(0, value.start - 6) : value.start]
    return _WRONGED.search(before) is not None and _MEMBERS.match(text, value.end) is not None


def of_a_relative(text: str, value: Entity) -> tuple[str, bool] | None:
    """Whose relation a value is said to be of right after it, and whether they are the author's: 138…，是他老婆的."""
    match = _of_a_relative().match(text, value.end)
    return (match["relation"], match["mine"] is not None) if match else None


def is_a_victim(text: str, start: int, end: int) -> bool:
    """Whether who is named at a place is told to be a victim: 李梅是受害者, 受害人李梅."""
    return _VICTIM.search(text[max(0, start - 6) : start]) is not None or _IS_A_VICTIM.match(text, end) is not None


def is_told_of(text: str, end: int) -> bool:
    """Whether what is somebody's follows a word for them: 骗子电话138…, 骗子本人叫…."""
    return _TOLD_OF.match(text, end) is not None


def leads_to_whom(between: str) -> bool:
    """Whether what stands between a value and a name says that the value is its bearer's: 湘A…撞人，司机陈刚."""
    return _leads_to_whom().fullmatch(between) is not None


def vouches(text: str, name: Entity) -> bool:
    """Whether the bearer of a name is no more than a witness or another victim: 王芳可以作证, 李强也被骗了."""
    return _VOUCHES.match(text, name.end) is not None or _IS_A_VICTIM.match(text, name.end) is not None


def is_a_label(text: str, name: Entity) -> bool:
    """Whether a colon follows a name, as that of who says or does what follows it: 张丽：我的电话138…."""
    return text[name.end : name.end + 2].lstrip()[:1] == ":"


def of_who_lives_there(text: str, home: Entity) -> bool:
    """Whether an address goes on to those who live there or beside it: 我家3栋502的租客, 我家3栋602楼上."""
    return _lives_there().match(text, home.end) is not None


def is_contact(value: Entity) -> bool:
    """Whether a value is a number to ring or an account to write to."""
    return value.type in _CONTACTS


def begins_with_a_field(line: str) -> bool:
    """Whether a line begins with a field's label, as 工号：0921."""
    return _FIELD.match(line) is not None


def field_of(text: str, value: Entity, line: int) -> int:
    """Where the field begins that a value of a form stands in, on a line that begins at a place."""
    field = _FIELD_OF_A_LINE.search(text, max(line, value.start - 14), value.start)
    return field.start() if field else line
