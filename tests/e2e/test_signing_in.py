import re


def test_a_patient_signs_in_with_a_code_from_her_mail(person):
    june, postman = person(), person()
    page = june.go("/accounts/login/")
    page.locator("input[type=email], input[name=email], input[name=login]").first.fill("june@example.org")
    page.get_by_role("button", name=re.compile("code", re.I)).first.click()
    page.wait_for_url("**/login/code/confirm/**")
    code = newest_code(postman)
    page.locator("input[name=code]").fill(code)
    page.locator("main form button").first.click()
    page.wait_for_url(re.compile(r"/$"))
    assert june.complaints == []


def newest_code(postman) -> str:
    for _ in range(100):
        letter = postman.go("/demo/mail/").locator("section.card").first
        if letter.count() and (found := re.search(r"^\s*([A-Z0-9]{6})\s*$", letter.inner_text(), re.M)):
            return found.group(1)
        postman.page.wait_for_timeout(200)
    raise AssertionError("no letter with a code came")
