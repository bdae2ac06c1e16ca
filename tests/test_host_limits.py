"""The number of computing threads follows the cores and the memory that the control group grants."""

import os
import sys
from pathlib import Path

import pytest

from app.host_limits import BASE_MIB, MIB, THREAD_MIB, HostLimits, host_limits
from app.settings import Settings

GIB = 2**30
V1_NO_LIMIT = "9223372036854771712"


def tree(root: Path, groups: str, **files: str) -> Path:
    """Write `proc/self/cgroup` and the files of control groups, with two underscores for a slash."""
    (root / "proc/self").mkdir(parents=True)
    (root / "proc/self/cgroup").write_text(groups)
    for name, text in files.items():
        folder, _, file = name.rpartition("__")
        place = root / "sys/fs/cgroup" / folder.replace("__", "/")
        place.mkdir(parents=True, exist_ok=True)
        (place / file.replace("_dot_", ".")).write_text(text)
    return root


def test_a_container_of_version_2_has_its_limits_at_the_top(tmp_path):
    root = tree(tmp_path, "0::/\n", cpu_dot_max="150000 100000\n", memory_dot_max="2147483648\n")

    found = host_limits(root)

    assert found.quota == 1.5
    assert found.memory == 2 * GIB


def test_the_least_limit_of_a_group_and_of_those_around_it_holds(tmp_path):
    root = tree(
        tmp_path,
        "0::/pods/mine\n",
        cpu_dot_max="max 100000",
        pods__cpu_dot_max="100000 100000",
        pods__memory_dot_max=f"{GIB}",
        pods__mine__cpu_dot_max="400000 100000",
        pods__mine__memory_dot_max="max",
    )

    found = host_limits(root)

    assert found.quota == 1
    assert found.memory == GIB


def test_version_1_has_a_tree_for_each_controller(tmp_path):
    root = tree(
        tmp_path,
        "9:memory:/docker/7f\n5:cpu,cpuacct:/docker/7f\n1:name=systemd:/\n",
        cpu__docker__7f__cpu_dot_cfs_quota_us="250000",
        cpu__docker__7f__cpu_dot_cfs_period_us="100000",
        memory__docker__7f__memory_dot_limit_in_bytes=str(GIB),
        memory__memory_dot_limit_in_bytes=V1_NO_LIMIT,
    )

    found = host_limits(root)

    assert found.quota == 2.5
    assert found.memory == GIB


def test_a_container_of_version_1_sees_its_path_on_the_host_and_its_files_at_the_top(tmp_path):
    root = tree(
        tmp_path,
        "9:memory:/kubepods/pod1/2\n5:cpu:/kubepods/pod1/2\n",
        cpu__cpu_dot_cfs_quota_us="50000",
        cpu__cpu_dot_cfs_period_us="100000",
        memory__memory_dot_limit_in_bytes=str(GIB),
    )

    found = host_limits(root)

    assert found.quota == 0.5
    assert found.memory == GIB


@pytest.mark.parametrize("quota", ["max 100000", "-1", "", "\n", "100000 0", "a b", "1 2 3"])
def test_without_a_limit_or_with_one_that_cannot_be_read_the_host_is_what_counts(tmp_path, quota):
    root = tree(tmp_path, "0::/\n4:cpu:/\n", cpu_dot_max=quota, cpu__cpu_dot_cfs_quota_us=quota)
    found = host_limits(root)

    assert found.quota is None
    assert found.memory == host_limits(tmp_path / "nothing").memory


def test_a_path_that_leads_out_of_the_tree_is_kept_inside(tmp_path):
    root = tree(tmp_path / "machine", "0::/../../other\n", other__cpu_dot_max="100000 100000")
    (tmp_path / "other").mkdir()

    assert host_limits(root).quota == 1


@pytest.mark.skipif(sys.platform != "linux", reason="the affinity of a process is Linux's")
def test_the_cores_are_those_that_the_process_may_run_on(tmp_path):
    assert host_limits(tmp_path).cores == len(os.sched_getaffinity(0))


@pytest.mark.parametrize(
    ("limits", "threads", "words"),
    [
        ({"cores": 16}, 16, "one for each core"),
        ({"cores": 16, "quota": 2.0}, 2, "the control group grants 2 of 16 cores"),
        ({"cores": 16, "quota": 2.25}, 3, "the control group grants 2.25 of 16 cores"),
        ({"cores": 16, "quota": 0.1}, 1, "the control group grants 0.1 of 16 cores"),
        ({"cores": 2, "quota": 8.0}, 2, "one for each core"),
        ({"cores": 2, "quota": 2.0}, 2, "one for each core"),
        ({"cores": 16, "memory": 64 * GIB}, 16, "one for each core"),
        ({"cores": 16, "memory": 2 * GIB}, 5, "2048 MiB of memory, with 768 for the server"),
        ({"cores": 16, "quota": 2.0, "memory": 2 * GIB}, 2, "grants 2 of 16"),
        ({"cores": 16, "quota": 8.0, "memory": 2 * GIB}, 5, "2048 MiB of memory"),
        ({"cores": 4, "memory": 256 * MIB}, 1, "256 MiB of memory"),
    ],
)
def test_there_are_as_many_threads_as_cores_and_memory_allow_and_at_least_one(
    limits, threads, words
):
    granted = HostLimits(**limits)

    assert granted.threads == threads
    assert words in str(granted.reason())


def test_what_the_threads_may_take_fits_the_memory():
    for gib in range(1, 64):
        threads = HostLimits(cores=512, memory=gib * GIB).threads
        assert threads == 1 or BASE_MIB + threads * THREAD_MIB <= gib * 1024


def test_the_settings_follow_the_host():
    assert Settings().threads == host_limits().threads
