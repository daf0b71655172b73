from odoo.tests import tagged

from odoo.addons.clinic_website.tests.test_tour import TourCommon

from .common import QuestionCommon


@tagged("post_install", "-at_install")
class TestAccessible(QuestionCommon, TourCommon):
    """Everybody can use the pages of questions; axe-core looks at them on a phone."""

    browser_size = "390x844"
    touch_enabled = True
    is_looked_at = True

    def test_questions_and_where_they_lead(self):
        path, laser = self.path, self.laser.id
        said = {"pregnancy_now": "yes", "tested": "yes", "takes_any": "no"}
        answers = {one.id: said[one.code] for one in self.version.question_ids if one.code in said}
        with self._visitor() as browser:
            self._on(browser, path, f"location.href = '{path}/ask?t={laser}'")
            send = "find('.bk_questions [type=submit]').click()"
            self._on(browser, f"{path}/ask", send)
            self.assertTrue(browser._wait_ready("!!document.querySelector('#problems')", timeout=20))
            chosen = "".join(f"find('#q{number}_{answer}').click();" for number, answer in answers.items())
            self._on(browser, f"{path}/ask", f"find('[name=whom][value=me]').click(); {chosen} {send}")
            self.assertTrue(browser._wait_ready("document.body.textContent.includes('Please call us')", timeout=20))
            self._on(browser, f"{path}/ask", "find('h1')")
        self.assertFalse(self.answers.search([]))
