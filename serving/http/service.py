"""What the front process holds: settings, workers, keys and metrics; how it starts, reloads and drains."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping

from gaihe.serving.core.errors import CommandError
from gaihe.serving.http.access import Access, access_of
from gaihe.serving.http.bodies import Bodies
from gaihe.serving.http.jobs import Queue
from gaihe.serving.http.logs import LOG
from gaihe.serving.http.messages import Generation
from gaihe.serving.http.metrics import Metrics, resident_bytes
from gaihe.serving.http.pool import Pool
from gaihe.serving.http.process import WorkerError
from gaihe.serving.http.settings import Settings
from gaihe.serving.model.loading import ModelError, default_model, read_model
from gaihe.serving.verdict.policy import PRESETS, Policy, load_policy

_LOOK_SECONDS = 0.05


class Service:
    """One service; `start` it before use.

    Attributes:
        settings: what it was told.
        access: who may ask.
        draining: whether it takes no further work.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.access: Access = access_of(settings, os.environ)
        self.metrics = Metrics()
        self.bodies = Bodies(settings.limits)
        limits, workers = settings.limits, settings.workers
        self.pool = Pool(workers, Queue([limits.small_tokens * workers, limits.large_tokens * workers]), self.metrics)
        self.policies: Mapping[str, Policy] = {}
        self.draining = False
        self._watch()

    async def start(self) -> None:
        """Load the model.

        Raises:
            CommandError: model or policies cannot be used.
        """
        try:
            generation = await asyncio.to_thread(generation_of, self.settings)
            await self.pool.start(generation)
        except (ModelError, WorkerError) as error:
            raise CommandError(str(error)) from None
        self._adopt(generation)

    async def reload(self, settings: Settings | None = None) -> bool:
        """Serve the model, policies and keys that the files hold now; if one cannot be used, everything stays.

        Args:
            settings: others than so far, which name the files.

        Returns:
            Whether they are served.
        """
        settings = settings or self.settings
        try:
            access = access_of(settings, os.environ)
            generation = await asyncio.to_thread(generation_of, settings, quotes=False)
            await self.pool.replace(generation)
        except (ModelError, WorkerError, CommandError) as error:
            refuse_reload(str(error))
            return False
        self.settings, self.access = settings, access
        self._adopt(generation)
        return True

    async def drain(self) -> None:
        """Take no further work; finish what was accepted, until it is read; at the deadline refuse the rest."""
        self.draining = True
        LOG.info("draining", extra={"count": self.pool.open_jobs})
        deadline = time.monotonic() + self.settings.limits.drain_seconds
        while (self.pool.open_jobs or self.bodies.answers) and time.monotonic() < deadline:
            await asyncio.sleep(_LOOK_SECONDS)
        if self.pool.open_jobs:
            LOG.error("the time to drain is over", extra={"count": self.pool.open_jobs})
            self.pool.refuse_all("draining", "the service ends before the request could be answered")
            await asyncio.sleep(_LOOK_SECONDS)

    def _adopt(self, generation: Generation) -> None:
        self.policies = generation.policies
        facts = self.pool.facts
        self.metrics.model(facts)
        LOG.info(
            "model loaded",
            extra={"model": facts.version, "digest": facts.digest[:12], "workers": self.settings.workers},
        )

    def _watch(self) -> None:
        pool, watch = self.pool, self.metrics.watch
        self.metrics.watch_lanes("gaihe_queue_tokens", "Tokens that wait.", pool.queue.tokens)
        watch("gaihe_open_jobs", "Requests that are accepted and not answered.", lambda: pool.open_jobs)
        watch("gaihe_body_bytes", "Bytes of all bodies that are held, answers too.", lambda: self.bodies.held)
        watch("gaihe_workers", "Workers that serve.", lambda: pool.ready)
        watch(
            "gaihe_workers_resident_memory_bytes",
            "Memory of all workers.",
            lambda: sum(map(resident_bytes, pool.pids)),
        )


def refuse_reload(reason: str) -> None:
    """Log why nothing of a reload is used."""
    LOG.error("the reload is refused, what was loaded stays", extra={"reason": reason})


def generation_of(settings: Settings, *, quotes: bool = True) -> Generation:
    """Read the files of a generation.

    Args:
        settings: which name them.
        quotes: whether messages may repeat unknown keys of policies, as a log may not.

    Raises:
        ModelError: the model cannot be read, or is damaged.
        CommandError: a policy cannot be used, or two have one name.
    """
    path = settings.model or default_model()
    policies = {name: load_policy(name) for name in PRESETS}
    for file in settings.policies:
        policy = load_policy(file, quotes=quotes)
        if policy.name in policies:
            raise CommandError(f"the policy {file} has the name of another one: {policy.name}")
        policies[policy.name] = policy
    return Generation(read_model(path), str(path), policies)
