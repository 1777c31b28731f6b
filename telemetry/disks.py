"""How full the folders' disks are, found out when Prometheus asks."""

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class DiskCollector(Collector):
    """Free and whole size of the disk that each folder lies on."""

    def __init__(self, folders: Mapping[str, Path]) -> None:
        """`folders` by the names that the metrics give them; those that are not there are left out."""
        self._folders = folders

    def collect(self) -> Iterator[Metric]:
        """See prometheus_client."""
        free = GaugeMetricFamily("goodrep_disk_free_bytes", "Free on the disk of a folder", labels=("folder",))
        size = GaugeMetricFamily("goodrep_disk_size_bytes", "Size of the disk of a folder", labels=("folder",))
        for name, folder in self._folders.items():
            try:
                usage = shutil.disk_usage(folder)
            except OSError:
                continue
            free.add_metric((name,), usage.free)
            size.add_metric((name,), usage.total)
        yield free
        yield size
