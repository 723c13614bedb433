"""Quantified targets: every row's example, the five seeds, what is none, and that they last through a draft."""

import unittest
from decimal import Decimal

from importer.drafts.as_json import drafts_to_json
from importer.drafts.checked_draft import Proof
from importer.drafts.corrections import correct
from importer.drafts.draft_store import from_dict, to_dict
from importer.plan.targets import NOT_TARGETS, TARGETS, target_matches, targets_in, targets_of
from tests.importer.test_seeds import FEEDBACK, PLANS, read

BAOSHAN, CHANGNING, JINGAN, HONGKOU = (
    "baoshan-2023-second-half-plan.txt", "changning-2023-annual-plan.txt",
    "jingan-2024-annual-plan.txt", "hongkou-2022-annual-plan.txt",
)  # fmt: skip
SIGNS = {"at_least": "≥", "at_most": "≤", "equal": "", "range": ""}

# Every item of the four plans in which something is found; all others have no targets.
EXPECTED = {
    (BAOSHAN, 2): "65门",
    (BAOSHAN, 3): "18个 33所",
    (BAOSHAN, 8): "100个 200个 5个 32所 ≥75% 13个 ≥93% ≥75% 16所",
    (BAOSHAN, 12): "≤5%",
    (BAOSHAN, 19): "8个",
    (BAOSHAN, 20): "≥60% ≥90% ≥80%",
    (BAOSHAN, 25): "6所",
    (CHANGNING, 7): "5个",
    (CHANGNING, 8): "2个",
    (CHANGNING, 12): "5—10% 1—2个",
    (CHANGNING, 15): "5所",
    (CHANGNING, 16): "≥80% ≥20小时",
    (HONGKOU, 4): "≥80学时 ≥60学时",
    (HONGKOU, 5): "1小时",
    (HONGKOU, 8): "8个",
    (HONGKOU, 9): "5个",
    (HONGKOU, 10): "9所",
    (HONGKOU, 17): "≥100%",
    (HONGKOU, 21): "5个",
    (JINGAN, 17): "10所",
    (JINGAN, 21): "100%",
}

# A sentence and the targets in it.
SENTENCES = {
    "不低于20小时": "≥20小时",
    "不得少于2次": "≥2次",
    "每校不超过3人": "≤3人",
    "办结时间控制在5个工作日内": "≤5个工作日",
    "5个工作日内答复。": "≤5个工作日",
    "班额45人以下": "≤45人",
    "覆盖率低于5%": "≤5%",
    "覆盖率不低于５％": "≥5%",
    "提高2个百分点": "2个百分点",
    "近视率下降到30%": "≤30%",
    "入学率提高到99.5%": "≥99.5%",
    "力争新增5所幼儿园": "≥5所",
    "培训教师1.5万人次": "15000人次",
    "投入3000万元": "30000000元",
    "建成100余所学校": "≥100所",
    "新增托位1,200个": "",
    "每学期1-2次": "1—2次",
    "新建三至五所幼儿园": "3—5所",
    "评选十二名先进": "12名",
    "两次检查、三所学校": "2次 3所",
    "不少于一次": "≥1次",
    "百分之八十五以上": "≥85%",
    "百分之百": "100%",
    "新增500个学位": "500个",
    "新增500学位": "500学位",
    "满意度90分以上": "≥90分",
    "“新增5个普惠性托育点”": "5个",
    "1.家长学校3所": "3所",
    "（1）5所学校": "5所",
    "1.5所学校完成改造\n2.3门课程": "5所 3门",
    "1.1 建设5所学校": "5所",
    "占比60%至70%": "60—70%",
    "3.100%配备校医": "100%",
    "每季度至少召开1次会议": "≥1次",
    "不低于人民币5000元": "≥5000元",
    "占比不超5%": "≤5%",
    "24小时内上报": "≤24小时",
    "近视率每年降低0.5个百分点以上": "≥0.5个百分点",
    "完成2所、改造3所学校（含民办1所）": "2所 3所 1所",
    "2023年—2025年每年培训教师200人次": "200人次",
    "九年一贯制学校2所": "2所",
}

# None of these is a target.
NONE = (
    "2023年", "2021—2023年", "2023-2025年", "9月底前", "2023年12月31日", "长教〔2023〕8号", "第五批", "第二次", "第3项", "第十届",
    "“十四五”期间", "“5+2”课后服务", "5+2个", "“1+X”证书", "1+N师资", "2.0版", "2.0行动", "“15分钟美好生活圈”", "4·23世界读书日",
    "“6.6爱眼日”", "联系电话：22050725、22050779", "“12345”热线", "一批学校", "一系列活动", "一体化", "一校一品", "每一个学生",
    "三年行动计划", "四大功能", "四个方面", "两个维护", "四个意识", "初三个别学生", "几所学校", "十几所学校", "三分之二以上", "五年级", "二次开发",
    "117街坊", "45岁以下干部", "5个人", "3点30分", "三支队伍", "《新增5所学校的方案》", "2家长", "8+93+1306", "每三个月", "10年", "24小时值班",
    "三个一批", "六一儿童节", "0—3岁", "师生比1:15", "千名教师", "5G网络", "第1—3批", "2024年1月至6月", "超过一半", "两会期间",
)  # fmt: skip


def short(targets):
    """Targets as `≥80% 1—2个`."""
    spans = (f"{t.value:f}—{t.upper:f}" if t.upper is not None else f"{t.value:f}" for t in targets)
    return " ".join(f"{SIGNS[t.comparison]}{span}{t.unit}" for t, span in zip(targets, spans, strict=True))


class PatternTests(unittest.TestCase):
    def test_every_row_finds_its_example(self):
        for pattern in TARGETS:
            with self.subTest(pattern.name):
                self.assertEqual([match.re.pattern for match in target_matches(pattern.example)], [pattern.regex])

    def test_every_row_of_what_is_none_matches_its_example(self):
        for pattern in NOT_TARGETS:
            with self.subTest(pattern.name):
                self.assertTrue(pattern.compiled.search(pattern.example))
                self.assertEqual(short(targets_in(pattern.example)), "")

    def test_sentences(self):
        for sentence, expected in SENTENCES.items():
            with self.subTest(sentence):
                self.assertEqual(short(targets_in(sentence)), expected)

    def test_what_is_none(self):
        for sentence in NONE:
            with self.subTest(sentence):
                self.assertEqual(short(targets_in(sentence)), "")
                self.assertEqual(short(targets_in(f"加强{sentence}，抓好落实。")), "")

    def test_the_position_is_that_of_the_number_and_its_unit(self):
        text = "推动８０％以上学校，每周不低于20小时。"
        self.assertEqual([text[t.start : t.end] for t in targets_in(text)], ["８０％", "20小时"])

    def test_the_clause_is_quoted_without_its_neighbour(self):
        quoted = [t.text for t in targets_in("落实“新增100个公办托额和200个社区托额”，开设1—2个“数字+”专业，各年级。")]
        self.assertEqual(quoted, ["新增100个公办托额", "200个社区托额", "开设1—2个“数字+”专业"])

    def test_a_long_text_takes_time_in_proportion(self):
        text = "5" * 20_000 + "一" * 20_000 + "“" * 2_000 + "+1" * 5_000 + "每周不低于20小时" * 500
        self.assertEqual(len(targets_in(text)), 500)


class SeedTests(unittest.TestCase):
    maxDiff = None

    def test_the_plans_have_these_targets_and_no_others(self):
        found = {(name, int(i.number)): short(i.targets) for name in PLANS for i in read(name).items if i.targets}
        self.assertEqual(found, EXPECTED)

    def test_a_feedback_has_none(self):
        self.assertNotIn("targets", str(drafts_to_json(read(FEEDBACK))))


class DraftTests(unittest.TestCase):
    def test_stored_and_read_again(self):
        draft = read(CHANGNING)
        self.assertEqual(from_dict(to_dict(draft)).items[15].targets, draft.items[15].targets)

    def test_as_json(self):
        item = drafts_to_json(read(CHANGNING))["sections"][2]["items"][2]
        texts = [target.pop("text") for target in item["targets"]]
        self.assertEqual(texts[1], "开设1—2个“数字+”新专业或专业方向")
        self.assertEqual(item["targets"][0], {"value": 5, "upper": 10, "comparison": "range", "unit": "%"})

    def test_a_corrected_text_gives_other_targets(self):
        proof = Proof(read(CHANGNING))
        changed = correct(proof, "edit_item", item=15, body="每周不低于25小时。")
        self.assertEqual(short(changed.draft.items[15].targets), "≥25小时")
        self.assertEqual(short(proof.draft.items[15].targets), EXPECTED[CHANGNING, 16])
        self.assertEqual(changed.draft.items[14].targets, proof.draft.items[14].targets)

    def test_an_item_says_the_same_target_once(self):
        item = read(CHANGNING).items[6]
        item.body = f"{item.title}。"
        self.assertEqual([t.value for t in targets_of(item)], [Decimal(5)])
