"""Put 名字 and 姓氏 of the users there are into one field, and keep what was there (`NameRepair`), sure or to be looked at.

The form asked for 名字 (first name) above 姓氏 (last name), and printed the given name first: 张三 entered as told came out
三张. Which of the two is the surname is told by a table of surnames, and by the labels of the form where that does not tell.
Taken back, every name that nobody changed meanwhile is as it was.
"""

import re

from django.conf import settings
from django.db import migrations

HAN = re.compile(r"[\u3400-\u9fff·〇]+\Z")
SINGLE = (
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳"
    "鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪"
    "舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫房裘缪干解应宗丁宣邓郁单杭洪包"
    "诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊於惠甄曲家封芮羿储靳汲邴糜松井段富巫乌焦巴弓牧隗山谷车侯宓蓬全郗班仰秋仲伊宫宁仇栾暴甘"
    "钭厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳逄姬申扶堵冉宰郦雍却璩"
    "桑桂濮牛寿通边扈燕冀郏浦尚农温别庄晏柴瞿阎充慕连茹习宦艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡国文寇广禄阙东欧殳沃利蔚越"
    "夔隆师巩厍聂晁勾敖融冷訾辛阚那简饶空曾毋沙乜养鞠须丰巢关蒯相查后荆红游竺权逯盖益桓公肖佟覃付代阳区晟仝苑岳帅牟佘佴伯赏"
    "谌亓冼麦庹逯丘涂楚闫揭展修苟肇鹿由敬仉督归海晋楼展原"
)
DOUBLE = (
    "欧阳 上官 司马 诸葛 尉迟 万俟 皇甫 令狐 公孙 慕容 司徒 司空 夏侯 端木 东方 南宫 独孤 长孙 宇文 轩辕 钟离 闻人 东郭 百里 "
    "呼延 申屠 太史 赫连 澹台 公冶 宗政 濮阳 淳于 单于 太叔 仲孙 鲜于 闾丘 亓官 司寇 子车 颛孙 巫马 公西 漆雕 乐正 壤驷 公良 "
    "拓跋 夹谷 宰父 谷梁 段干 西门 南门 羊舌 微生 梁丘 左丘 东门 第五"
).split()


def is_surname(text: str) -> bool:
    """Say whether a text is a Chinese surname, of one character or two."""
    return text in DOUBLE or (len(text) == 1 and text in SINGLE)


def one_name(first: str, last: str) -> tuple[str, bool, str]:
    """Return the one name of 名字 `first` and 姓氏 `last` (not blank), whether that is sure, and why not."""
    first, last = first.strip(), last.strip()
    if not first or first == last:
        return last, True, ""
    if not (HAN.match(first) and HAN.match(last)):
        is_mixed = bool(HAN.match(first)) != bool(HAN.match(last))
        return f"{first} {last}", not is_mixed, "中文与外文混写，照原来印出的样子保留" if is_mixed else ""
    if last.endswith(first) and is_surname(last[: -len(first)]):
        return last, True, ""
    if first.startswith(last) and is_surname(last) and len(first) > len(last):
        rest = first.removeprefix(last)
        if rest == last:
            return last + first, False, "名字是叠字，按姓氏在前合并"
        return first, len(first) > 2, "" if len(first) > 2 else "名字里似乎已有姓氏"
    if is_surname(last) and not is_surname(first):
        return last + first, True, ""
    if is_surname(first) and not is_surname(last):
        return first + last, False, "似乎填反了：名字一栏是姓"
    return last + first, False, "两栏都像姓" if is_surname(last) else "两栏都不是常见的姓"


def repair(apps, schema_editor):
    """Repair every user with a last name, and say what was done."""
    alias = schema_editor.connection.alias
    users, repairs = (
        apps.get_model(name).objects.using(alias) for name in (settings.AUTH_USER_MODEL, "accounts.NameRepair")
    )
    for user in users.exclude(last_name="").order_by("pk"):
        name, is_sure, note = one_name(user.first_name, user.last_name)
        if not name or len(name) > 150:
            continue
        repairs.create(
            user=user, first_name=user.first_name, last_name=user.last_name, name=name, is_sure=is_sure, note=note
        )
        told = "" if is_sure else f"（请核对：{note}）"
        print(f"\n  {user.username}：名字“{user.first_name}”、姓氏“{user.last_name}” → 姓名“{name}”{told}", end="")
        user.first_name, user.last_name = name, ""
        user.save(update_fields=["first_name", "last_name"])


def take_back(apps, schema_editor):
    """Put back every name that nobody changed meanwhile."""
    repairs = apps.get_model("accounts", "NameRepair").objects.using(schema_editor.connection.alias)
    for done in repairs.select_related("user"):
        user = done.user
        if (user.first_name, user.last_name) == (done.name, ""):
            user.first_name, user.last_name = done.first_name, done.last_name
            user.save(update_fields=["first_name", "last_name"])


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0004_name_repairs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [migrations.RunPython(repair, take_back)]
