"""Web pages: the document told from what the site puts around it; tables, numbered lists, `<pre>`, hidden words."""

import unittest

from importer.files.read_html import read_html
from importer.files.readers import number_lines
from importer.parse import parse_document, parse_source
from tests.importer.accounting import AccountingMixin

TABLE = (
    "<table><tr><th colspan=4>石桥区2032年实事清单</th></tr><tr><th>序号<th>实事项目<th>责任单位<th>完成时限</tr>"
    "<tr><td rowspan=2>1<td rowspan=2>新建学校<td>规划科<td rowspan=2>8月底前</tr><tr><td>财务科</tr><tr><td>2<td>改造食堂<td>后勤中心<br>安全科<td>6月底前</tr></table>"
)


SITES = (  # as bureaus' and schools' sites are built
    "<div class=logo><h1>石桥区人民政府</h1></div><div><a>首页</a><a>政务公开</a></div><div>当前位置：首页 &gt; 计划总结</div><div>{}</div><p>　　{}</p><p>　　{}</p>"
    "<div>扫一扫在手机打开当前页</div><div>【字体：大 中 小】【打印】【关闭】</div><div>相关文档</div><ul><li><a>石桥区2031年总结</a></li></ul><div>主办：石桥区人民政府 承办：区政府办公室</div><div>网站标识码：33000 浙ICP备00号</div>",
    "<ul><li><a>网站首页</a></li><li><a>德育之窗</a></li></ul><div>石桥小学欢迎您！ 今天是2032年5月1日</div><h3>{}</h3><p>{}</p><p>{}</p><p>上一篇：教学计划</p><p>下一篇：没有了</p><div>Copyright © 2032 石桥小学</div><div>地址：石桥路1号</div>",
    "<table><tr><td><a>首页</a></td><td><a>新闻</a></td></tr><tr><td><a>党建</a></td><td><a>工会</a></td></tr></table><table><tr><td><table><tr><td>栏目导航</td></tr><tr><td><a>计划</a></td></tr></table></td>"
    "<td><table><tr><td>当前位置：首页>计划</td></tr><tr><td><font size=5><b>{}</b></font></td></tr><tr><td><p>{}</p><p>{}</p></td></tr></table></td></tr></table><table><tr><td>版权所有：石桥中学 技术支持：某公司</td></tr></table>",
)


def page(body, title="", head=""):
    return f"<!doctype html><html><head><meta charset='utf-8'>{head}<title>{title}</title></head><body>{body}</body></html>".encode()


class PagesTests(AccountingMixin, unittest.TestCase):
    def read(self, body, title="", **kw):
        source = read_html(page(body, title, **kw))
        self.assertEqual(tuple(number_lines(source.text)), source.lines)
        drafts = parse_source(source, "网页")
        self.assert_accounted(source.text, drafts)
        return drafts[0]

    def lines(self, body, title=""):
        """The lines of a page that are not furniture."""
        source = read_html(page(body, title))
        return [line.text for line in source.lines if line.number not in source.furniture]

    def test_what_stands_around_the_document_is_furniture(self):
        plan = ["石桥区教育局2032年工作要点", "一、队伍", "1.招聘教师。补足缺编。"]
        pages = (
            "<nav><a href=/>首页</a><a>机构</a></nav><h1>{}</h1><p>{}</p><p>{}</p><footer>版权所有 石桥区教育局</footer>",
            "<div><a>首页</a></div><div>当前位置：首页 &gt; 通知公告</div><h3>{}</h3><p>{}<p>{}<div>【关闭窗口】</div><div>上一篇：开学通知</div><div>石ICP备123号</div>",
            "<ul><li>新闻</li><li>公告</li></ul><p>今日要闻：运动会开幕</p><div>{}</div><p>{}</p><p>{}</p><p>打印 | 关闭</p><p>地址：学府路1号 电话：1234</p><p>技术支持：某公司</p>",
            "<table><tr><td>首页</td><td>简介</td></tr></table><table><tr><td><h2>{}</h2></td></tr><tr><td><p>{}</p><p>{}</p></td></tr></table><p>网站地图</p>",
        )
        for body in (*pages, *SITES):
            with self.subTest(body[:40]):
                self.assertEqual(self.lines(body.format(*plan), title=plan[0] + "_石桥区教育局"), plan)

    def test_the_title_of_the_site_is_no_line_and_no_title(self):
        for title in ("石桥区政府门户网站", "欢迎您", ""):
            draft = self.read(
                "<div>石桥区2032年安全工作方案</div><p>一、队伍</p><p>1.招聘保安。全部持证。</p>", title=title
            )
            self.assertEqual((draft.title, len(draft.items)), ("石桥区2032年安全工作方案", 1))

    def test_a_title_that_stands_nowhere_else_is_read(self):
        draft = self.read(
            "<p>一、队伍</p><p>1.招聘保安。全部持证。</p>", title="石桥区2032年安全工作方案 - 石桥区教育局"
        )
        self.assertEqual(draft.title, "石桥区2032年安全工作方案")

    def test_a_table_of_the_page_is_a_table_with_merged_cells(self):
        draft = self.read(TABLE)
        self.assertEqual((draft.title, [i.number for i in draft.items]), ("石桥区2032年实事清单", ["1", "2"]))
        self.assertEqual(
            [(i.title, i.offices, str(i.deadline)) for i in draft.items],
            [("新建学校", ["规划科", "财务科"], "2032-08-31"), ("改造食堂", ["后勤中心", "安全科"], "2032-06-30")],
        )

    def test_a_table_that_only_sets_the_page_is_none(self):
        draft = self.read(
            f"<table><tr><td>栏目<ul><li>公告</li></ul></td><td><h2>关于下达实事清单的通知</h2>{TABLE}</td></tr></table>"
        )
        self.assertEqual([i.title for i in draft.items], ["新建学校", "改造食堂"])

    def test_a_table_named_xls_in_the_old_encoding(self):
        content = page(TABLE).replace(b"utf-8", b"gb2312").decode().encode("gbk")
        self.assertEqual(len(parse_document("清单.xls", content)[0].items), 2)
        self.assertEqual(len(parse_document("清单.xls", TABLE.encode())[0].items), 2)

    def test_numbered_lists_are_numbered_as_shown(self):
        cases = (
            ("<ol><li>甲</li><li>乙</li></ol>", ["1. 甲", "2. 乙"]),
            ("<ol start=7><li>甲<li value=12>乙<li>丙</ol>", ["7. 甲", "12. 乙", "13. 丙"]),
            ("<ol reversed start=3><li>甲<li>乙</ol>", ["3. 甲", "2. 乙"]),
            (
                "<ol style='list-style-type: cjk-ideographic' start=9><li>甲<li>乙<li>丙</ol>",
                ["九、甲", "十、乙", "十一、丙"],
            ),
            ("<ol><li>1.甲</li><li>（二）乙</li></ol>", ["1.甲", "（二）乙"]),
            ("<ol style='list-style:none'><li>甲</ol><ul><li>乙</ul>", ["甲", "乙"]),
            ("<ol><li>甲<ul><li>子</ul><li>乙</ol>", ["1. 甲", "子", "2. 乙"]),
            ("<ol type=a><li>甲<li>乙</ol><ol type=I start=4><li>丙</ol>", ["a. 甲", "b. 乙", "IV. 丙"]),
        )
        for body, expected in cases:
            with self.subTest(body):
                self.assertEqual(self.lines(body), expected)

    def test_pre_keeps_its_line_ends_and_tabs(self):
        self.assertEqual(
            self.lines("<pre>第一行\n第二行\r\n\n第四行</pre><p>后\n文</p>"), ["第一行", "第二行", "第四行", "后 文"]
        )
        draft = self.read("<pre>2032年任务清单\n序号\t工作任务\t责任科室\n1\t办好食堂\t总务处\n</pre>")
        self.assertEqual([(i.title, i.offices) for i in draft.items], [("办好食堂", ["总务处"])])

    def test_hidden_words_are_left_out_and_said(self):
        for hidden in (
            "<p style='display: none'>隐藏</p>",
            "<div hidden><p>隐藏</p></div>",
            "<span style='VISIBILITY:hidden'>隐<b>藏</b></span>",
            "<p style='mso-hide:all'>隐藏",
        ):
            with self.subTest(hidden):
                source = read_html(page(f"{hidden}<p>看得见</p>"))
                self.assertEqual([line.text for line in source.lines], ["看得见"])
                self.assertIn("2 个隐藏的字", source.notes[0].message)

    def test_scripts_and_forms_are_no_words_and_not_said(self):
        source = read_html(
            page("<script>var a = '工作';</script><style>p{}</style><select><option>选</select><p>正文</p>")
        )
        self.assertEqual((source.text, source.notes), ("正文", ()))
