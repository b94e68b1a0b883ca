"""Links of a page as the site needs them."""

import importlib.util

import pytest

from tests.docs.guides import ROOT

SPEC = importlib.util.spec_from_file_location("site_hooks", ROOT / "docs" / "site" / "hooks.py")
HOOKS = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(HOOKS)
NAMES = {"docs/A.md": "A.md", "docs/plots/a.svg": "plots/a.svg"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[a](A.md#b)", "[a](A.md#b)"),
        ("[code](../serving/core)", "code"),
        ("![a plot](plots/a.svg)", "![a plot](plots/a.svg)"),
        ("![a plot](plots/b.svg)", "a plot"),
        ("[a](https://example.org/../..)", "[a](https://example.org/../..)"),
    ],
)
def test_what_the_site_does_not_have_is_named_without_a_link(text, shown):
    assert HOOKS.page(text, "docs/B.md", NAMES) == shown


def test_a_link_above_the_root_is_named():
    with pytest.raises(ValueError, match=r"docs/\.\./\.\./A\.md leads above the root"):
        HOOKS.page("[a](../../A.md)", "docs/B.md", NAMES)
