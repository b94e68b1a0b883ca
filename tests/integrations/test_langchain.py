"""The runnable in a LangChain chain."""

import pytest

pytest.importorskip("langchain_core")

from gaihe.integrations.langchain import Redactor
from gaihe.serving.redaction.redact import redact


def test_a_chain_sees_no_personal_data():
    from langchain_core.runnables import RunnableLambda

    chain = Redactor() | RunnableLambda(lambda text: f"给你：{text}")
    assert chain.invoke("张丽，电话13800138000") == "给你：[姓名]，电话[电话]"
    assert Redactor(style="mask").invoke("张丽，电话13800138000") == "██，电话" + "█" * 11


def test_it_redacts_what_the_recogniser_finds(texts, found):
    expected = [redact(text, entities) for text, entities in zip(texts, found, strict=True)]
    assert Redactor().batch(texts, {"max_concurrency": 1}) == expected
