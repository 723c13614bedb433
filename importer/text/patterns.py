"""The forms of lines the importer knows: one table, one row a form, one regular expression a row.

The expressions are matched against a passage's `view`, in which digits, round brackets, colons, full stops between
digits and white space have their half-width form; examples are as printed. Each example is matched by its own
row: `tests/importer/test_patterns.py` goes through the table. Nothing here repeats a repetition, so that
every row takes time in proportion to the line.
"""

import re
from dataclasses import dataclass
from functools import cache, cached_property

CN = "[一二三四五六七八九十百零〇]"
ORGAN_END = "(?:局|委员会|委办|委(?!员)|办公室|办事处|政府|厅|党组|党委|党工委|总支|支部|领导小组|督导室|督查室|指挥部|专班|学校|中学|(?<!中)小学|高中|幼儿园|大学|中心|工作室|学院|研究院|学会|协会|联合会|基金会|促进会|少年宫|青年宫|图书馆|教研室|研究所|集团)"
TITLE_END = "(?:要点|计划|规划|意见|方案|安排|打算|分工|任务|清单|总结|小结|报告|反馈|情况|举措|措施|目标|表|思路|汇报|设想|纲要|项目|通知|通报|专报|任务书|责任书|分解|实事|台账|办法|细则|部署|行动|简报)"


@dataclass(frozen=True, eq=False)  # by identity: tables of them are keys
class Pattern:
    """A named form of line with an example that must match."""

    name: str
    regex: str
    example: str

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        """The expression, ready for use."""
        return re.compile(self.regex)


# Numbers before a heading, an item or a point: the group is the number, `name` the kind of marker.
# fmt: off
MARKERS = (
    Pattern("part", rf"第\s?({CN}{{1,4}}|\d{{1,2}})\s?(?:部分|章|篇|节)(?:[、:\s]\s?|$)", "第一部分 总体要求"),
    Pattern("article", rf"第\s?({CN}{{1,4}}|\d{{1,3}})\s?条[、:\s]?\s?", "第三条 加强校园安全管理"),
    Pattern("named", rf"(?:重点|民生|实事)?(?:项目|任务|事项|实事|专项|行动|工程|举措)\s?({CN}{{1,3}}|\d{{1,3}})(?:\s?[、.:]\s?|\s+)(?![\d一二三四五六七八九十\s])", "项目一：新建改扩建中小学"),
    Pattern("chinese", rf"({CN}{{1,4}})\s?[、.](?!{CN}{{1,2}}(?:年级|线|类|等|级|期|年))\s?", "十二、加强队伍建设"),
    Pattern("chinese_bracket", rf"[(〔]\s?({CN}{{1,4}})\s?[)〕][、.]?\s?", "（一）加强德育工作"),
    Pattern("chinese_bracket", r"([㈠-㈩])[、.]?\s?", "㈠ 加强德育工作"),
    Pattern("digit", r"(\d{1,4})\s?[.、]\s?(?!\d)", "21、推进民心工程"),
    Pattern("digit", r"([⒈-⒛])\s?", "⒈加强德育工作"),
    Pattern("digit_bracket", r"\(\s?(\d{1,3})\s?\)[、.]?\s?", "（1）高中"),
    Pattern("digit_bracket", r"([⑴-⒇])\s?", "⑴ 高中"),
    Pattern("half_bracket", r"(\d{1,3})\)\s?", "1）高中"),
    Pattern("circled", r"([①-⑳㉑-㉟])\s?", "① 完成教材排查"),
    Pattern("circled", r"([❶-❿])\s?", "❶ 完成教材排查"),
    Pattern("bullet", r"()[▲△●■◆★◇□▪►➢✓✔]\s?", "▲推进课程建设"),
    Pattern("bullet", r"()[-–—·•*○]\s(?=\S)", "· 推进课程建设"),
)
# fmt: on

# A number that digits follow: a marker only where it fits the sequence (`3.5所`, `7.2023年`), else a decimal.
DIGIT_BEFORE_DIGIT = Pattern("digit", r"(\d{1,4})\s?[.、]\s?(?=[1-9])", "7.2023年招生工作")

# Decimal numbers: markers only where they fit the numbers around them (`decimals.py`), so no 2.0版, 1.5万个, 3.15.
# fmt: off
DECIMALS = (
    Pattern("third_decimal", r"\d{1,2}\.\d{1,2}\.(\d{1,2})(?:[.、]?\s+|[.、]?(?![\d.、%]))", "1.1.1 完善师德考核"),
    Pattern("decimal", r"\d{1,2}\.(\d{1,2})(?:[.、]?\s+|[.、]?(?![\d.、%‰千万亿倍版年月元个]))", "1.1 加强师德建设"),
)

# Lines that are never part of the text.
FURNITURE = (
    Pattern("page_number", r"[-—–―－_~·\s]*\d{1,4}[-—–―－_~·\s]*", "—  12  —"),
    Pattern("page_of", r"第\s?\d{1,4}\s?页(?:[,，/\s]*共\s?\d{1,4}\s?页)?", "第 3 页 共 10 页"),
    Pattern("page_slash", r"\d{1,4}\s?/\s?\d{1,4}", "3/10"),
    Pattern("rule", r"[-—–―－_=*~·\s]{3,}", "————————"),
    Pattern("letterhead", r"[^，。、:]{2,40}文\s*件", "上海市长宁区教育局文件"),
    Pattern("document_number", r"[^\s，。、:]{1,12}\s*[〔\[【(]\s?20\d\d\s?[〕\]】)]\s?第?\s?\d{1,4}\s?号(?:\s*签发人\s?:?\s?\S{2,12})?", "长教〔2023〕8号"),
    Pattern("urgency", r"(?:特急|加急|平急|急件|内部资料.{0,20}|秘密.{0,10}|机密.{0,10})", "特急"),
    Pattern("signer", r".{0,20}(?:签名|签字|签发人|盖章)\s?:.{0,20}", "主要领导确认并签名："),
    Pattern("attachment_mark", r"附\s*件\s*[\d一二三四五六七八九十]{0,2}\s*:?", "附件1"),
    Pattern("that_is_all", r"特此(?:通知|报告|反馈|函告|函复|说明)。?", "特此通知。"),
    Pattern("print_date", r"[^。]{0,60}20\d\d\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日\s?(?:印发|印)", "2024年3月4日印发"),
    Pattern("print_date_cn", r"[^。]{0,60}二[〇○零Ｏ0].{2}年.{1,2}月.{1,3}日\s?(?:印发|印)", "二〇二四年三月四日印发"),
    Pattern("signed", rf"[^\d，。、:；《》]{{2,30}}{ORGAN_END}\s*20\d\d\s?年\s?\d{{1,2}}\s?月\s?\d{{1,2}}\s?日", "东湖区教育局 2024年3月1日"),
    Pattern("date", r"\(?\s?20\d\d\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日\s?\)?(?:\s?星期[一二三四五六日天])?", "2023年3月1日"),
    Pattern("date_dots", r"20\d\d[-./]\d{1,2}[-./]\d{1,2}(?: \d\d:\d\d(?::\d\d)?)?", "2023-03-01"),
    Pattern("date_cn", r"\(?\s?二[〇○零Ｏ0].{2}年.{1,2}月.{1,3}日\s?\)?", "二〇二三年三月一日"),
    Pattern("month", r"\(?\s?20\d\d\s?年\s?\d{1,2}\s?月\s?\)?", "2023年3月"),
    Pattern("contact", r"\(?联\s?系\s?人\s?:.{1,60}", "联系人：宗宏、黄丽灵"),
    Pattern("phone", r"\(?(?:联系)?电\s?话\s?:.{1,60}", "联系电话：22050725、22050779"),
    Pattern("copies", r"(?:抄\s?送|抄\s?报|主\s?送|分\s?送|发\s?送|主题词|印送)\s?:.{0,200}", "抄送：区委办、区府办"),
    Pattern("copy_count", r"\(?共印\s?\d{1,5}\s?份\)?。?", "（共印50份）"),
    Pattern("publicity", r"[(（]?此件\S{0,20}公开\S{0,10}[)）]?", "（此件公开发布）"),
    Pattern("issue", r"[^\d，。:]{0,15}(?:20\d\d\s?年)?\s?(?:总)?第\s?\d{1,4}\s?期(?:\s?\(总第\d{1,4}期\))?", "督查专报 2025年第5期"),
    Pattern("contents", r"目\s*(?:录|次)", "目  录"),
    Pattern("contents_entry", r".{2,60}?[.…·]{3,}\s?\d{1,3}", "一、总体要求……………1"),
    Pattern("web_path", r"(?:您?(?:的|所在|当前)*位置\s?:?\s?)?首页\s?(?:>|»|›|/|\|).{0,200}", "首页 > 政务公开 > 工作计划"),
    Pattern("web_menu", r"(?:网站)?首页(?:[\s|]+[^\s。，；]{2,8}){1,20}", "首页 新闻 公告 下载"),
    Pattern("web_position", r"(?:您|你)?(?:现在|所在|当前)的?位置\s?:.{0,200}", "当前位置：首页 > 通知公告"),
    Pattern("web_published", r"(?:发布|发文|成文|生成|更新)(?:日期|时间)\s?:.{0,120}", "发布日期：2024-03-01 来源：区教育局"),
    Pattern("web_source", r"(?:信息|文章|稿件)?(?:来源|作者|发布人|发布者|发布单位|录入者?|审核人?|责任编辑|编辑|浏览次数|浏览量|浏览|点击数|点击|阅读次数|阅读量|阅读|索引号|信息分类|发布机构|主题分类)\s?:.{0,120}", "来源：区教育局"),
    Pattern("web_box", r"(?:名\s?称|标\s?题|文件名称|文\s?号|发文字号|公开方式|有效性|组配分类)\s?:[^:]{0,100}?[\s|](?:文\s?号|发文字号|(?:发文|成文|发布|生成)日期|公开方式|主题分类|索引号|有效性)\s?:.{0,100}", "名称：松岭区教育局2034年工作要点 文号：松教〔2034〕4号"),
    Pattern("web_number", r"(?:文\s?号|发文字号)\s?:.{0,60}", "文号："),
    Pattern("web_size", r"(?:【?\s?)?(?:字体|字号)\s?:.{0,60}", "字体：大 中 小"),
    Pattern("web_sizes", r"(?:大|中|小|默认|放大|缩小|特大)(?:[\s/|](?:大|中|小|默认|放大|缩小|特大)){0,4}\s?[】\]]?", "大 中 小"),
    Pattern("web_clock", r"\d{1,2}:\d{2}(?::\d{2})?(?:\s?(?:信息|文章|稿件)?来源\s?:.{0,80})?", "10:20 来源：区教育局"),
    Pattern("web_action", r"(?:【|\[)?\s?(?:打印|关闭|收藏|分享|返回顶部|返回|下载|纠错)(?:本页|窗口|页面|到.{0,20})?(?:】|\])?(?:[\s【\[].{0,40})?", "打印本页 关闭窗口"),
    Pattern("web_download", r"附件(?:下载|链接|列表)\s?:?.{0,200}", "附件下载：附件1.doc"),
    Pattern("web_file", r"[^。，；]{1,90}\.(?:docx?|xlsx?|pdf|wps|et|ofd|zip|rar)(?:\s?[\[(].{0,30})?", "附件1：任务分解表.xlsx"),
    Pattern("web_turn", r"(?:上一篇|下一篇|相关(?:链接|文章|附件|信息|新闻))(?:[:\s].{0,100})?", "上一篇：关于召开会议的通知"),
    Pattern("web_foot", r"(?:版权所有|主办单位|主办\s?:|承办单位|承办\s?:|网站标识码|技术支持|沪ICP备|.?ICP备|.?公网安备|网站地图|联系我们).{0,200}", "版权所有：区教育局"),
)

# Lines that are no words of anybody: told as a problem, put nowhere.
GARBAGE = (
    Pattern("garbage_signs", r"[^\w\s，。、；：:！？“”‘’()《》…—-]{4,}", "@@#$^&*~~||<<>>"),
    Pattern("garbage_lost", r".*?(?:\ufffd\s?\ufffd|锟斤拷|烫烫烫|屯屯屯).*", "\ufffd\ufffd锟斤拷"),
)

# Lines of the head: what stands before the text, from which title, recipient and issuer are read.
HEAD = (
    Pattern("notice_title", r"[^。]{0,60}关于(?:印发|下发|转发|发布|报送|公布)[^。]{0,120}", "长宁区教育局关于印发《2023年工作要点》的通知"),
    Pattern("notice_title_end", r"《[^。]{2,80}》的(?:通知|函|报告)", "《虹口区教育局2022年工作要点》的通知"),
    Pattern("recipient", r"(?!.*(?:如下|以下|现将|根据|按照|要求|提出|为|思想|目标|工作|任务|措施|思路|原则))[^。；]{2,80}:", "教育系统各单位："),
    Pattern("notice_text", r".{0,200}?现将[^。]{0,120}(?:印发|下发|转发|发)给你们.{0,300}", "现将《工作要点》印发给你们，请认真贯彻执行。"),
    Pattern("attachment_list", r"附(?:\s*件)?\s*[\d一二三四五六七八九十]{0,3}\s?[:.、].{1,200}", "附件1.长宁区教育局工作要点任务表"),
    Pattern("organ", rf"[^\d，。、:；《》]{{2,45}}{ORGAN_END}(?:\(盖章\))?", "长宁区教育局"),
    Pattern("title", rf"[^。；:]{{2,90}}{TITLE_END}(?:\([^()]{{1,20}}\)){{0,2}}", "2023年长宁区教育局工作要点（试行）"),
    Pattern("label", r"[^。；，]{1,12}:", "项目内容："),
)

# What the box over a document on an open-government site says of it; the group is the fact.
SITE_BOX = (
    Pattern("document_number", r"(?:文\s?号|发文字号|文件编号)\s?:[\s|]*([^\s，。、:|]{1,12}\s?[〔\[【(]\s?20\d\d\s?[〕\]】)]\s?第?\s?\d{1,4}\s?号)", "文号：| 松政办〔2034〕4号 |"),
    Pattern("issuer", rf"(?:发布机构|发文机关|发文单位|发文机构|制发机关|发布单位|公开单位)\s?:[\s|]*([^\s，。、:|]{{2,40}}{ORGAN_END})(?=[\s|]|$)", "发布机构：松岭区教育局 主题分类：教育"),
    Pattern("title", rf"(?:^|[\s|])(?:名\s?称|标\s?题|文件名称)\s?:[\s|]*([^。；:|]{{4,90}}?{TITLE_END}(?:\([^()]{{1,20}}\)){{0,2}})(?=[\s|]|$)", "名称：松岭区教育局2034年工作要点 文号："),
)

# Lines after the last item that close the plan.
CLOSING = (
    Pattern("closing_above", r"(?:以上|上述)(?:各项|工作|任务|事项|内容|安排|要求|措施).{4,300}", "以上各项办得怎么样，开学后要逐校去看。"),
    Pattern("closing_list", r"各(?:有关|相关|责任|成员)?(?:单位|部门|科室|学校)\s?:[^。；]{4,300}。?", "各有关单位：教育局，水利局，各学校。"),
    Pattern("closing_besides", r"在做好(?:以上|上述).{0,300}", "在做好以上各项工作的同时，要认真做好信访等常规工作。"),
    Pattern("closing_units", r"(?:各|全区各|区教育局各)(?:单位|学校|科室|部门|中小学|幼儿园)[^。]{0,60}(?:要|应|请).{0,300}", "各单位要高度重视，抓好落实。"),
)

# Lines that end a report: what is said of the whole behind its last chapter.
CLOSING_OF_REPORT = (
    Pattern("closing_whole", r"(?:总的看|总的来看|总的来说|总之|总体(?:上)?看|总体来看|综上|回顾|展望|以上).{4,300}", "总的看，三年里有进步也有差距。"),
    Pattern("closing_please", r"(?:特此报告|以上(?:报告|汇报)|请予?审阅|如有不妥|专此报告).{0,60}", "以上报告，请审阅。"),
)

# Lines behind the text that are no words of it.
TAIL = (
    Pattern("score", r"(?:自评|自查|考核|综合|最终|总)?(?:得分|评分|总分|等次|等级)\s?:?\s?[^。；，]{1,20}。?", "自评得分：93分。"),
    Pattern("total", r"合计(?:得分)?\s?:\s?\d{1,3}(?:\.\d)?\s?分。?", "合计：95分"),
)
# fmt: on

PATTERNS = (*MARKERS, DIGIT_BEFORE_DIGIT, *DECIMALS, *FURNITURE, *GARBAGE, *HEAD, *CLOSING, *CLOSING_OF_REPORT, *TAIL)


def full_match(table: tuple[Pattern, ...], view: str) -> str | None:
    """Name of the first row that is all of the line; None where none is."""
    match = alternatives(table).fullmatch(view.strip())
    return match.lastgroup if match else None


@cache
def alternatives(table: tuple[Pattern, ...]) -> re.Pattern[str]:
    """The rows of a table as one expression with a group a row."""
    return re.compile("|".join(f"(?P<{pattern.name}>{pattern.regex})" for pattern in table))
