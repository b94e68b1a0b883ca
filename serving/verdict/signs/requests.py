"""Words by which readers are asked for people's data, or to find somebody out, and not told that others asked.

Refusals (别求资料), what others are told to threaten or to ask (网友扬言要人肉他) and reports (求号码的被封了) ask for
nothing, unless they go on to offer or to ask: 老号被封，接单加新号.
"""

from __future__ import annotations

import re
from functools import cache

from gaihe.serving.verdict.text import any_of, words

_SENTENCES = re.compile(r"[^。!?;\n]+[。!?;\n]?")
_CLAUSES = re.compile(r"[^,]+,?")
_ASKED = "(?:求|要|讨|问|发|传|查|搜|挖|扒|起底|曝光|挂|打听|买|卖|人肉|肉搜|开盒|盒|转发|泄露|公开)"
_NOT_DONE = r"(?<![能会该])不[能会求该想]|不(?:需要|应该|支持|建议)|(?<![还有])没有?|无需|不必"
"""What tells of a thing that it is not done: 不能, 不需要, 没; and not 能不能, 还没, 有没有."""
_REFUSED = re.compile(
    r"(?:(?<![区差特告级类分鉴识性个辨离])别(?![人的墅])|(?<!要)不要|不许|不准|不可以|勿|禁止|严禁|拒绝|抵制|停止|谴责|反对|杜绝)"
    r"(?:再|去|来|随便|乱|轻易|跟风|一起|参与|传播|任何人?|那些|这种|在[^,里中]{1,6}[里中]|给我|[把给][他她它]|老是|总|动不动|私自"
    r"|他人|别人){0,6}"
    rf"{_ASKED}"
    rf"|别人肉(?!的)|(?:{_NOT_DONE}|谁再)[再去来帮求要]{{0,2}}(?:人肉|开盒|盒[他她])(?![^,。!;]{{0,6}}[吗嘛么?])"
    r"|(?:人肉|肉搜|开盒|盒|扒|查|挂|曝光)[^,]{0,12}(?:属于|是|算|太|就|也)"
    r"(?:过分|违法|犯法|犯罪|缺德|可耻|不道德|侵权)(?!的(?![吧呀啊哦呢行事,。!?;\s]|$))"
    r"|(?:人肉|肉搜|开盒|扒|曝光)[^,]{0,8}(?:违法|犯法|犯罪|侵权|构成)[^,]{0,6}[吗嘛么?]"
    r"|有人在?(?=求(?:人肉|开盒|盒))(?![^,。!;]{0,10}[吗嘛么?])求(?:人肉|开盒|盒)"
    r"|(?:扬言|叫嚣|嚷嚷|威胁|放话|(?<!一起)(?<!大家)(?<!我)喊着?|有人(?:在[^,]{1,8})?(?:发帖|开贴|发微博|留言|评论))"
    rf"(?:说|要|想|着|去|来|把|给|再|继续){{0,3}}求?{_ASKED}"
)
"""What is refused, blamed, asked of the law, or told of others who threaten or ask."""
_DROPPED = re.compile(r"要不要[^。!?;\n]{0,20}\?\s?(?:还是|那就)?算了")
"""What somebody thinks of and does not do: 要不要人肉他？算了."""
_EXPOSES = "(?:人肉|肉搜|起底|开盒|盒|扒|挂|查|曝光|公开|泄露)"
_MINE = (
    "我(?:全家|家人|家|妈|爸|女儿|儿子|孩子)?(?:的?(?:身份证|手机号?|号码?|电话|住址|地址|照片|信息|隐私|资料|微信|真名|姓名|学校|单位"
    r"|账号|行踪|定位|[和跟、]){1,8}|(?=[,。!?;\s的怎该能还又吗呢]|$))"
)
_DONE_TO_THE_AUTHOR = re.compile(
    r"(?<![给把帮对谁])(?:有人|他们?|她们?|网友|别人|对方|粉丝|骗子|前男友|前女友|邻居|同学|人家|大家|群里)"
    rf"[^,。!?;\n谁求帮我]{{0,6}}{_EXPOSES}[了过到出]?{_MINE}"
    rf"|(?<![帮求请来敢])(?:人肉|肉搜|开盒|盒)[了过到]?{_MINE}"
    rf"|(?:防止|避免|预防|防范)(?=[^,。!?;\n]{{0,12}}{_EXPOSES})[^,。!?;\n]{{0,20}}"
    rf"|(?:怎么|如何|想|要|去|能)(?:举报|投诉|起诉)[^,。!?;\n没不]{{0,6}}(?:人肉|开盒|盒)"
)
"""What is done to the author, or is to be kept from them: 有人人肉我, 防止别人查我的手机号."""
_REPORTED = re.compile(
    r"(?:被|遭到?|惨遭)[^,]{0,6}?(?:开盒|人肉|肉搜|起底|扒|挖出|曝光|挂|盒|打爆|轰炸|封|抓|判|拘|处罚|起诉|禁言|泄露|逮)"
    r"|(?:一律|统统|通通|直接|立刻|马上)(?:踢|封|删|禁言|拉黑)"
    r"|判(?:了|刑|处|[一二三四五六七八九十0-9]{1,2}年)|落网|拘留|罚了|封号|封禁|判决书|举报了"
)
"""What was done to somebody, and what came of it."""
_APPALLED = re.compile(
    r"(?:开盒|人肉(?:搜索)?|肉搜|起底|社工库?)[^,]{0,6}(?:可怕|恐怖|吓人|恶心)"
    r"|(?:国家|平台|警[察方]|公安|网信办|部门)[^,]{0,8}(?:管管|管一管|整治)"
)
"""How bad it is that people are found out, and who should do something about it."""
_SOLD = re.compile("价|收费|套餐|一手|主页|进来")
"""What sells in words of dismay."""
_OFFERED = re.compile(
    r"私聊|私信|私[我他]|滴滴|\bdd|加[我微vq]|接单|新号|进群|上车|[可能代包]查(?!出)|有偿|谁能|谁有|谁知道|谁会|谁来|有没有|帮[我忙]|求助|在线等|悬赏|出价|(?:发|给|告诉)(?:给|到)?我(?![们国])"
    r"|(?:^|,)(?:人肉|开盒|盒)死?[他她它这那](?![^,]{0,12}(?:过分|违法|犯法|犯罪|缺德|可耻|不道德|侵权))"
    r"|(?:大家|我们|都来|都去|赶紧|快)[^,]{0,4}(?:人肉|开盒|盒|扒|查|挖)|(?<![0-9一两几])[0-9一两几]{1,6}[块元米]|(?<![别再要许准勿求])求(?!求)(?![^。!?\n]{0,14}(?:一律|统统|通通)|[^,。!?\n]{0,14}(?:被|判|封|抓|踢|拘|违法))",
    re.IGNORECASE,
)
"""What goes on to offer or to ask, whatever was reported or refused before."""
_INVITED = re.compile(
    r"(?:(?<![他她子货人男女])加(?!了)|\+|联系(?!不)|致电|请打|咨询|找我|认准|报名|下单|滴滴|敲|戳)[^,。!?;\n他她这那此]{0,8}$"
)
"""What stands before a contact that readers are invited to write to or to ring."""
_OFFERS = re.compile(
    r"代查|[可包专单接]查|接单|查档|出售|承接|专业|秒出|(?:^|[。!?;,\n\s])(?:长期|诚信)?[接出收](?!来|了|门|去|到)"
)
_ASKS = re.compile(r"求|谁|哪位|有没有|帮[我忙]|[吗呢?]|悬赏|机主|本人|[这那该此]个?[号人]|[他她]")
"""What an offer of what was found out has, and what one who seeks says of somebody."""
_PERSON = re.compile("[他她]|[这那]个?[人男女]|一个人|人")
_KNOWN = r"认[识得](?![^,。!?;:\n他她这那此]{1,12}(?:(?<![男女])朋友|师傅|医生|大夫|律师|中介))"
"""What asks for somebody whom readers may know, and not for who knows a trade: 认识会修古籍的师傅, 认识银行的朋友."""
_HUNT = re.compile(
    r"(?<![被遭会怕免吃食烤算是])(?<!遭到|开始|粉圈|支持|就是)(?:"
    r"(?<![人猪牛羊鸡鱼])(?<!网友|乡民)肉搜(?:[他她佢](?!人|的?信息)|[这此那](?![么次时事种样件]|个(?:肉搜|,))|一下(?!这(?!个?[人男女]))|!|啊|呀|呗|吧|$)"
    r"|起底[他她佢](?![们的背身])|起[他她佢]底(?!裤)|"
    r"人肉(?:[他她它](?!信息|的)|[这此那](?![么次时事件])|丫|之(?![后前类])|出来?(?!了|完|的)|一下|搜(?:[他她这sS!]|$)|!|\[|啊|呀|呗|$)"
    r"|(?:求|帮[我忙]?|必须|应该|大家|赶紧|快|速度|谁能|谁来|大侠|可不可以)(?:人肉(?!搜索[引技平])|肉搜(?!的))"
    r"|(?:求|帮[我忙]?|大家|一起|谁能|谁来)起底(?![他她佢])"
    r"|(?:求|帮忙?|谁能|谁来)(?:开盒|盒一?下)(?!搭子)|盒(?:死)?[他她](?!们)|开[他她]的?盒(?!的))"
    r"|(?:^|[。!?;\s:]|(?:不|要是|如果)[^,。!?]{1,8},?就|谁[能来]?|(?<![后本原起])来|大家|直接|赶紧|快|帮忙?|一起"
    r"|必须|(?:兄弟|姐妹|家人)们)"
    r"(?:把(?:[他她]|[这那]个?[人男女][^,。!?]{0,3}?)(?:的盒开|开盒|盒(?![子饭])|人肉)|给[他她](?:开盒|盒))"
)

_OF_NO_COMRADE = re.compile("住址|住哪|住在哪|家住|地址|身份证|户籍|定位|行踪|开房|流水|档|信息|欠|骗")
"""What is not asked for of an old comrade by who only wants to meet them again."""
_GIRLS = "姑娘|妹子|妹妹|小子|小伙子?|狗东西|学[姐妹长弟]|小姐姐|小哥哥|大哥|校花|班花"
"""Callings of who is looked at, and knows nothing that could be asked for."""
_KNOWN_TO_MANY = "老师|主播|博主|网红|up主"
"""Callings of who may be asked for what they teach or show: 这老师讲得好."""
_ALL_OF = "东西|料|瓜|一切|全套|那[批个点]|照"
_DEALING = re.compile(
    r"私聊|私信|私[我他]|滴滴|\bdd|加[我微vq]|接单|新号|进群|上车|有偿|出价|悬赏|懂的|懂得?来|渠道|路子|主页|[价收]|套餐|一手"
    r"|[0-9一两几]{1,6}[块元米]|[查开盒][^,。!?]{0,4}多少[钱米]|[他她]|谁|哪位|认[识得]|打听|(?:^|[。!?;,\n\s])[接出]"
    rf"|(?:[这那该此某]个?|[图片照][上中里]的?[这那]?个?)(?:[人男女]|{_GIRLS})"
    rf"|(?:{_GIRLS}|{_KNOWN_TO_MANY})(?:的(?:$|[,。!?;\s]|{_ALL_OF})|三件套|全套)|[这那]个?(?:{_KNOWN_TO_MANY})(?:$|[,。!?;])"
    rf"|(?:[求蹲收出找]|弄得?到|搞得?到)个?(?:{_GIRLS})(?:$|[,。!?;])|[求蹲出收]三件套"
    r"|能[开搞挖扒查](?:到|得到)?(?:$|[,。!?;吗\s]|的|[那这图])|开一?下(?:$|[,。!?;]|[图这那])|查个人(?!所得|征信|账户|社保)",
    re.IGNORECASE,
)
"""What a trade, an offer or a request for somebody has, even where it does not say what."""


@cache
def _sought() -> re.Pattern[str]:
    return re.compile(rf"{any_of(words('sought'))}|{_KNOWN}")


@cache
def _not_sought() -> re.Pattern[str]:
    return re.compile(rf"{any_of(words('not_sought'))}|帮我找找(?![他她]|[这那]个?[人男女])")


@cache
def _things() -> re.Pattern[str]:
    return re.compile(any_of(words("things_asked_for")))


@cache
def _toys() -> re.Pattern[str]:
    return re.compile(any_of(words("toys")))


@cache
def _acquaintances() -> re.Pattern[str]:
    """Those whom one knows by their calling, with a contact of theirs: 高中班主任的电话."""
    return re.compile(
        rf"(?<![要出卖])(?:{any_of(words('acquaintances'))})们?(?:家里?|现在|如今|以前)?的?新?(?:联系)?"
        r"(?:电话|手机|微信|vx|qq|方式|号码?){1,2}(?!查)",
        re.IGNORECASE,
    )


@cache
def _services() -> re.Pattern[str]:
    """Craftsmen, shops and offices with a contact of theirs: 修空调的师傅电话, 小区物业的微信, 物业王经理电话."""
    return re.compile(
        rf"(?<![要出卖收和跟与及、])(?:小区|单位|公司|宿舍|学校|同城|附近)?的?(?:(?:{any_of(words('desks'))})"
        rf"[^\W\d_]?(?:{any_of(words('desk_staff'))})|{any_of(words('services'))})"
        r"(?:们|的|直租|联系|,|留|给|发|个|下){0,4}(?:电话|手机号?|微信|vx|qq|联系方式|方式|号码?){1,2}(?!查|资源|名单|数据)",
        re.IGNORECASE,
    )


@cache
def _particular() -> re.Pattern[str]:
    """One of them and no other: 这个司机的电话, 楼上房东的微信; or one who is liked: 教练长得帅."""
    one = rf"(?:{any_of(words('particular'))})[^,。!?;\n]{{0,8}}(?:{any_of(words('services'))})"
    return re.compile(rf"{one}|[他她]|{any_of(words('admired'))}")


@cache
def _comrades() -> re.Pattern[str]:
    """Who looks for those they served or studied with: 寻找老战友陈刚, 谁认识王芳？我是她老同学."""
    known = any_of(words("comrades"))
    asked = "(?:寻找|求寻|(?<!帮人)找(?=老)|谁认识|有没有人?认识)"
    return re.compile(
        rf"{asked}[^。!?\n他她]{{0,12}}?(?:{known})(?!的?(?:儿子|女儿|老[公婆]|女朋友|男朋友))"
        rf"|{asked}[^\n]{{1,30}}?我是[他她]的?(?:{known})"
    )


def hunts(text: str) -> bool:
    """Whether a folded text asks readers to find somebody out: 人肉他, 求开盒; that somebody was found out is none."""
    return _HUNT.search(text) is not None and any(map(_HUNT.search, _meant(text)))


def seeks(text: str) -> bool:
    """Whether a folded text names, in what it asks or offers, something that could be asked for of people."""
    if _sought().search(text) is None:
        return False
    boxes = _toys().search(text) is not None
    return any(
        match[0] != "盒" or not boxes or _PERSON.match(match.string, match.end())
        for part in _meant(text)
        for match in _sought().finditer(_not_sought().sub("\0", part))
    )


def seeks_acquaintances(text: str) -> bool:
    """Whether all that a folded text seeks is a contact of an old teacher or schoolmate: 求高中班主任电话."""
    return seeks(text) and not seeks(_acquaintances().sub("\0", text))


def seeks_services(text: str) -> bool:
    """Whether all that a folded text seeks is a contact of a craftsman, a shop or an office: 求开锁师傅电话."""
    sought = seeks(text) and _particular().search(text) is None
    return sought and not seeks(_services().sub("\0", text))


def seeks_comrades(text: str) -> bool:
    """Whether a folded text looks for old comrades, and asks for no address and nothing of their papers."""
    return _comrades().search(text) is not None and _OF_NO_COMRADE.search(text) is None


def names_a_thing(text: str) -> bool:
    """Whether a folded text names a thing that is asked for and is nobody's data: 考研真题资料."""
    return _things().search(text) is not None


def deals(text: str) -> bool:
    """Whether a folded text speaks of a trade or of somebody who could be asked for: 懂的私聊, 谁认识她."""
    return _DEALING.search(text) is not None


def appalled(text: str) -> bool:
    """Whether a folded text says how bad it is that people are found out, and neither asks nor offers."""
    return _APPALLED.search(text) is not None and not any(each.search(text) for each in (_OFFERED, _OFFERS, _SOLD))


def offers_by(text: str, contact: int) -> bool:
    """Whether a contact is given in a folded text to those who want what is offered or know what is sought.

    Args:
        text: the folded text.
        contact: where the contact begins.
    """
    if _INVITED.search(text[max(0, contact - 16) : contact]):
        return True
    return _OFFERS.search(text) is not None and _ASKS.search(text) is None


def _meant(text: str) -> list[str]:
    """The parts of a folded text that neither refuse nor report.

    Of sentences that also ask or offer, all but the words that refuse.
    """
    parts: list[str] = []
    for sentence in _SENTENCES.findall(_DONE_TO_THE_AUTHOR.sub("\0", _DROPPED.sub("\0", text))):
        rest = _REFUSED.sub("\0", sentence)
        if _OFFERED.search(rest):
            parts.append(rest)
        elif not _REPORTED.search(sentence):
            parts += [_REFUSED.split(clause, maxsplit=1)[0] for clause in _CLAUSES.findall(sentence)]
    return parts
