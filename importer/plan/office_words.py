"""The words documents name offices with: labels, verbs that give a role, what names end in, what is no name."""

import re

LEAD = "牵头|主责|主办|第一责任"
SUPPORT = "配合|协办|协同|协助|参与|参加|支持|联办"
RESPONSIBLE = "责任|负责|承办|落实|实施|执行|承担|组织|主管|分管|归口"
BODY_WORDS = "处[(（]科[)）]室|科[(（][处室][)）]室?|科室|处室|单位|部门|股室|股|科|处|室|机构|方|学校"
PEOPLE = "人|(?:局|校|区|县|委)?领导|局长|校长|园长|书记"
PERSON = re.compile(rf"[【\[〔]?\s?(?:责任|负责|牵头|分管|联系|主管|包保|包联|挂钩|挂点|主办|主责)(?:{PEOPLE})")
IN_BRACKET = rf"(?:[(（](?:{LEAD}|{SUPPORT}|{RESPONSIBLE}|主管)[)）])?"  # 责任（牵头）单位
MORE_BODIES = rf"(?:\s?[、/和及或与](?:{LEAD}|{SUPPORT}|{RESPONSIBLE})?(?:{BODY_WORDS}))?"
BODY_LABEL = (
    rf"(?:{LEAD}|{SUPPORT}|{RESPONSIBLE})(?:责任|负责|落实|承办|实施)?{IN_BRACKET}(?:{BODY_WORDS}){MORE_BODIES}"
)
LABEL = re.compile(
    rf"(?:{LEAD}|{SUPPORT}|{RESPONSIBLE})(?:责任|负责|落实|承办|实施)?{IN_BRACKET}(?:{BODY_WORDS}|{PEOPLE})?{MORE_BODIES}\s?[:：]"
    rf"|(?:包保|包联|挂钩|挂点|联系)(?:局|校|区|县)?领导\s?[:：]"
    rf"|{BODY_LABEL}\s?(?:[为是]\s?[:：]?|——|—)(?=\s?[\w各])"
    rf"|{BODY_LABEL}\s+(?=[\u4e00-\u9fff])"
    rf"|[【\[〔]\s?{BODY_LABEL}\s?[】\]〕]\s?[:：]?"
)
FULL_LABEL = re.compile(rf"(?:{BODY_WORDS})\s?(?:[:：】\]〕为是\s]|—)")
# What says by when: with its verb it is sure to be about a deadline, without it may be about anything (时间：上午9时).
WHEN = r"(?:完成|办结|落实|整改|推进|办理|完工|竣工|整治|解决|销号)"
SURE_TIME = rf"(?:{WHEN}(?:时限|期限|时间|节点|时间节点)|时限|期限|时间节点)(?:要求|安排)?\s?[:：]"
DEADLINE_LINE = re.compile(rf"(?:{SURE_TIME}|进度要求\s?[:：])")
TIME_LABEL = re.compile(rf"(?:{WHEN}|工作|时间)?(?:时限|期限|时间|节点|时间节点|进度)(?:要求|安排)?\s?[:：]")

NAME_END = re.compile(
    r"(?:科室|处室|部门|单位|学校|幼儿园|科|室|处|办|中心|学院|院|局|委|部|组|会|所|站|馆|园|厅|队|股|联|公司|集团|街道|镇|乡|府|校|署|高中|小学|中学|团委|工会|海关|支行|分行|银行|宫|学区|支部)(?:[(（][^()（）]{1,20}[)）])?$"
)
GENERAL_NAME = re.compile(r"(?:各|有关|相关|其他)[^，。]{1,10}$")
PLACE_END = re.compile(
    r"(?:区|县|市|社区|村|台|社|班|年级|基地|共同体|协会|片区|园区|联通|移动|电信|税务|公安|消防|交警)$"
)
COUNT = re.compile(r"\d\s?[所个家名]")  # `推进5所学校` is a task, no office
# What stands in a statement of offices and is no name.
SENTENCE = re.compile(
    r"[的了把并须也都再按着已由皆]|均(?!衡)|以后|后面|其余|将(?!军)|看(?!守)|过(?!程)|不(?!动产)|(?<!机)要(?![素闻])|^[含包]|%|[“”\"《》？！?!:]"
)
NOT_NAME = re.compile(
    r"专人|全体|全员|师生|家长|学生|党员|群众|校长|园长|书记|局长|主任|教师|干部|本人|大家|个人"
    r"|负责人|领导|带头|经费|^(?:政府|社会|企业|部门)|责任(?!办|科|处|督学)"
)
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊陆郝孔白崔康毛邱秦顾侯邵孟龙段雷钱汤尹黎易武乔贺赖龚"
PERSON_NAME = re.compile(rf"[{SURNAMES}][\u4e00-\u9fff]{{1,2}}$")

TIME_CLAUSE = re.compile(
    r"\s*(?:须|应|力争|确保)?(?:于|在)?(?:20\d\d年|今年|年|每|长期|持续|全年|\d{1,2}月|[一二三四五六七八九十]{1,2}月|第[一二三四]季度|[上下]半年)[^、]{0,14}$"
)
# A clause that says when and nothing else; 年底前建成投用 says what as well.
PURE_TIME = re.compile(
    r"\s*(?:须|应|力争|确保)?(?:于|在)?(?:20\d\d年|今年|年|每|长期|持续|全年|\d{1,2}月|[一二三四五六七八九十]{1,2}月|第?[一二三四]季度|[上下]半年)[\d年月日号季度每个底末前内之以份旬上中下半全学期]*"
    r"(?:全面|全部|基本)?(?:完成|办结|办完|落实|到位|见效|启动|实施|执行|推进|开展|坚持)?(?:到位|完毕)?$"
)
STRONG = "牵头|主办|主责|负责|承办|配合|协办|协助|协同|落实|职责|职能|分工|为主|会同"
# The verbs a clause of offices ends with.
ENDING_WORDS = re.compile(
    r"(?:等(?:有关|相关|成员|责任)?(?:单位|部门|科室|处室|学校)*)?(?:共同|协同|联合|直接|统一)?"
    r"(?:按(?:照)?(?:各自)?(?:的)?职(?:责|能)(?:分工|范围)?(?:分别|做好|抓好|共同)?(?:负责|落实|推进|配合|组织实施)?|分工(?:负责|落实)|为主"
    rf"|[为是](?:{LEAD}|{SUPPORT}|{RESPONSIBLE})(?:{BODY_WORDS})"
    r"|(?:分别|共同|具体|各自|协同|做好|全程|积极)?(?:负责(?:牵头|组织|具体)?(?:落实|实施|推进|办理|协调|统筹|指导|督办)?|牵头(?:负责|落实|实施|组织|办理|推进|组织实施)?|主办|主责|承办"
    r"|配合(?:落实|实施|做好|推进)?|协办|协同(?:配合|落实|推进)?|协助(?:配合|落实|推进)?|参与|参加|支持|自行组织|组织实施|组织落实|组织开展|办理|落实|实施|推进|指导|督导|监督|督办))$"
)
SUPPORTING = re.compile(r"(?:等[^，。]{0,6}?)?(?:积极|做好|全程|共同)?(?:配合|协办|协助|参与|参加|支持|联办)")
VERB_AND_SPACE = re.compile(r"(?<=牵头|负责|主办|配合|协办|协助|承办)\s+(?=\S{2})")
GUIDING = re.compile(r"(?:指导|督导|监督|督办)$")
TAIL = re.compile(r"(?<=.)等(?:有关|相关|成员|责任)?(?:科室|处室|部门|单位|学校|股室|街道|乡镇)*$")
BY = re.compile(r"^\s?(?:此项|该项|本项)?(?:工作|任务)?(?:具体|主要|统一)?(?:由|会同|以(?=.{2,40}为主))")
JOINT = re.compile(r"(?:牵头|负责|主办)?[、,，]?\s?(?:会同|联合(?=[各区市县局有相教]))")
AND = re.compile(r"以及|和(?![平谐睦])|及(?!时|其)|与|同(?=[各区市县])")
SHARED_PREFIX = re.compile(r"(?:各(?:有关|相关)?|有关|相关)")
BARE_BODY = re.compile(r"(?:科室|处室|单位|部门|学校|幼儿园|街道|股室)$")
# 排在第一位的为牵头单位: what makes the first name the lead, for this item or for all that follow.
FIRST_LEADS = re.compile(
    r"(?:(?:列|排|排名|排序|位列|居)(?:在|名)?(?:首位|首|第[一1]位?|最前面?|前面)|首个|第一个|首位)[^，。；;]{0,6}?(?:为|是|即|系)[^，。；;]{0,4}?(?:牵头|主办|主责|第一责任)"
)
FROM_HERE_ON = re.compile(r"(?:下|以下|后|后面|余)(?:均|皆|都)?同")
SEPARATORS = "、，,；;/／|"
OPENERS, CLOSERS = "(（【[〔〈", ")）】]〕〉"
