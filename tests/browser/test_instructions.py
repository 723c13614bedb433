"""批示 on a phone: three taps from the item."""

from tests.base import Cast
from tests.browser.base import PHONE, BrowserTestCase
from tracking.models import Instruction


class InstructionOnPhoneTest(Cast, BrowserTestCase):
    """The leader reads an item on the way home."""

    viewport = PHONE

    def setUp(self):
        super().setUp()
        type(self).cast()
        self.item = type(self).make_item(type(self).make_plan())
        self.enter(self.leader)

    def test_three_taps_and_the_words(self):
        self.visit(f"/items/{self.item.pk}/")
        taps = 0
        for selector in ("text=批示", "button:has-text('送出')", "button:has-text('确认送出')"):
            self.page.locator(selector).first.click()
            taps += 1
            if taps == 1:
                self.page.fill("textarea[name=text]", "请加快进度，本周报时间表。")
                self.assertFalse(self.scrolls_sideways())
        self.page.wait_for_selector("#instructions")
        self.assertEqual(taps, 3)
        said = Instruction.objects.get()
        self.assertEqual((said.text, said.by), ("请加快进度，本周报时间表。", self.leader))
        self.assertEqual([str(one) for one in said.addressed.all()], ["德育科"])
        self.assertFalse(self.scrolls_sideways())
