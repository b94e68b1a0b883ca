"""The runnable in a LangChain chain."""

import copy
import pickle

import pytest

pytest.importorskip("langchain_core")

from gaihe.integrations.langchain import RedactingRunnable
from gaihe.integrations.texts import loaded, redacted
from gaihe.serving.redaction import Redactor, restore


def test_a_chain_sees_no_personal_data():
    from langchain_core.runnables import RunnableLambda

    chain = RedactingRunnable() | RunnableLambda(lambda text: f"给你：{text}")
    assert chain.invoke("张丽，电话13800138000") == "给你：[姓名]，电话[电话]"
    assert RedactingRunnable("bars").invoke("张丽，电话13800138000") == "██，电话" + "█" * 11


@pytest.mark.slow
def test_it_redacts_what_the_recogniser_finds(texts):
    assert RedactingRunnable().batch(texts[:300], {"max_concurrency": 1}) == redacted(texts[:300])


def test_a_batch_gives_a_name_one_pseudonym():
    runnable = RedactingRunnable(redactor=Redactor(loaded(), "llm"))
    texts = [f"张丽，电话1380013{8000 + number}" for number in range(8)]
    asked = runnable.batch(texts)
    assert len({text.partition("，")[0] for text in asked}) == 1
    assert [restore(text, runnable.redactor.mapping) for text in asked] == texts


def test_an_answer_gets_its_names_back():
    runnable = RedactingRunnable(redactor=Redactor(loaded(), "llm"))
    asked = runnable.invoke("张丽，电话13800138000")
    assert "张丽" not in asked and "13800138000" not in asked
    assert restore(f"好的，{asked}", runnable.redactor.mapping) == "好的，张丽，电话13800138000"


def test_a_runnable_travels_with_its_pseudonyms():
    runnable = RedactingRunnable("llm")
    asked = runnable.invoke("张丽，电话13800138000")
    for again in (copy.deepcopy(runnable), pickle.loads(pickle.dumps(runnable))):
        assert again.invoke("张丽，电话13800138000") == asked
