"""Workers that are about to end, or have ended, take nothing with them; with the event loop of the service."""

import asyncio

import pytest
import uvloop
from gaihe.serving.http.jobs import Item, Job, Queue
from gaihe.serving.http.messages import Action, Lane, Redacting, Task
from gaihe.serving.http.metrics import Metrics
from gaihe.serving.http.pool import Pool
from gaihe.serving.http.process import WorkerProcess
from gaihe.serving.http.service import generation_of
from gaihe.serving.http.settings import Settings
from gaihe.serving.redaction import load_redaction_policy

THREAD = Task(Action.REDACT, redaction=Redacting(load_redaction_policy("llm")))


def job(texts, task=Task(Action.DETECT)):  # noqa: B008
    return Job(texts, task, 60, lambda: True)


def with_pool(check, workers):
    """Run a check with a pool of so many workers."""

    async def run():
        pool = Pool(workers, Queue([10**6, 10**6]), Metrics())
        await pool.start(generation_of(Settings()))
        try:
            await check(pool)
        finally:
            await pool.close()

    uvloop.run(run())


def test_a_worker_that_is_gone_can_be_told_anything():
    async def check():
        worker = await WorkerProcess.start(generation_of(Settings()))
        worker.kill()
        await worker.serve(lambda *_: None)
        await worker.end()
        asked = job(["好"])
        worker.send(Lane.SMALL, [Item(asked, 0)])
        assert [item.job for item in worker.running[Lane.SMALL].items] == [asked]
        asked.answer.cancel()
        worker.cancel_dead()

    uvloop.run(check())


def test_a_worker_that_is_about_to_end_is_handed_nothing():
    async def check(pool):
        ending, other = pool._workers
        ending._pipe.close()
        answers = await asyncio.gather(*(pool.answer(job(["张丽，电话13800138000"])) for _ in range(8)))
        assert all(b"13800138000" in answer for (answer,) in answers)
        assert not ending.running
        assert other in pool._workers

    with_pool(check, 2)


@pytest.mark.slow
def test_the_texts_of_a_thread_are_tried_once_more_together():
    async def check(pool):
        asked = job(["张丽，电话13800138000"] * 200, THREAD)
        answer = asyncio.ensure_future(pool.answer(asked))
        await asyncio.sleep(0)
        pool._workers[0].kill()
        results = await answer
        assert len(set(results)) == 1 and asked.mapping is not None
        assert "张丽" not in results[0].decode()

    with_pool(check, 1)
