"""The checkpoint's file: a full disk under it, and files that are not ours to overwrite."""

import pytest

from harness import SmallDisk, Shop


def test_full_disk_is_retried_and_loses_nothing(make_rowferry, mysql, kafka, prefix, tmp_path):
    with SmallDisk(tmp_path) as disk, Shop(make_rowferry, mysql, kafka, prefix) as shop:
        shop.use_checkpoint(disk.path / "checkpoint")
        shop.rowferry.start(wrapper=disk.enter).wait_streaming()
        with shop.writer:
            shop.wait_delivered(100)
            disk.fill()
            warning = shop.rowferry.wait_for_log("warning .*checkpoint .*No space left on device.*trying again").group()
            assert str(disk.path / "checkpoint") in warning
            shop.wait_delivered(300)  # reading goes on

            shop.rowferry.kill()  # and all that is sent again
            shop.rowferry.start(wrapper=disk.enter).wait_streaming()
            shop.wait_delivered(300)
            shop.rowferry.wait_for_log("No space left on device")

            disk.free()
            shop.rowferry.wait_for_log("the checkpoint is saved again")
            shop.wait_delivered(100)
        shop.finish().verify()


def test_full_disk_is_waited_for_within_the_in_flight_limit(make_rowferry, mysql, kafka, prefix, tmp_path):
    with SmallDisk(tmp_path) as disk, Shop(make_rowferry, mysql, kafka, prefix) as shop:
        shop.use_checkpoint(disk.path / "checkpoint")
        shop.rowferry.start(wrapper=disk.enter).wait_streaming()
        shop.insert(10)
        shop.wait_delivered(10)
        disk.fill()
        shop.insert(1)
        shop.rowferry.wait_for_log("No space left on device")
        shop.insert(50_000)
        delivered = shop.wait_delivered(30_000)
        assert delivered <= 11 + 2 * 32768  # what a restart would repeat is bounded
        disk.free()
        shop.finish().verify(repeats=False)


def test_full_disk_at_the_first_start(make_rowferry, mysql, kafka, prefix, tmp_path):
    """Nothing is read before the start position is durable."""
    with SmallDisk(tmp_path) as disk, Shop(make_rowferry, mysql, kafka, prefix) as shop:
        shop.use_checkpoint(disk.path / "checkpoint")
        disk.fill()
        shop.rowferry.start(wrapper=disk.enter).wait_for_log("No space left on device.*trying again")
        shop.insert(10)
        assert "streaming from" not in shop.rowferry.log
        disk.free()
        shop.rowferry.wait_streaming()
        shop.insert(10)
        shop.wait_delivered(10)
        shop.rowferry.stop()


def test_folder_that_disappears_ends_it(make_rowferry, mysql, kafka, prefix, tmp_path):
    """Nobody will put it back: no word of trying again."""
    folder, away = tmp_path / "state", tmp_path / "away"
    folder.mkdir()
    with Shop(make_rowferry, mysql, kafka, prefix) as shop:
        shop.use_checkpoint(folder / "checkpoint")
        shop.rowferry.start().wait_streaming()
        folder.rename(away)
        shop.insert(10)
        assert shop.rowferry.wait_exit() == 2, shop.rowferry.log
        assert str(folder / "checkpoint") in shop.rowferry.log.splitlines()[-1]
        assert "trying again" not in shop.rowferry.log
        away.rename(folder)
        shop.rowferry.start()
        shop.finish().verify()


@pytest.fixture
def stopped(make_rowferry, mysql, prefix):
    """A connector that has a checkpoint, to its sink `discard`."""
    rowferry = make_rowferry(
        {
            "name": prefix,
            "source": {"url": mysql.url(), "password": "cdc"},
            "sink": "discard",
            "tables": [{"include": "nothing.here", "topic": "t"}],
        }
    )
    rowferry.start().wait_streaming()
    rowferry.stop()
    return rowferry


def refused(rowferry, pattern):
    """`run` ends with 2 and says why; the file is as it was."""
    before = rowferry.checkpoint_file.read_bytes()
    rowferry.start()
    assert rowferry.wait_exit() == 2, rowferry.log
    assert rowferry.checkpoint_file.read_bytes() == before
    text = rowferry.log.splitlines()[-1]
    assert str(rowferry.checkpoint_file.name) in text and pattern in text, text


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        (lambda text: text[: len(text) // 2], "cut short"),
        (lambda text: text[:-1], "cut short"),
        (lambda text: b"", "cut short"),
        (lambda text: text.replace(b"crc32 ", b"crc32 0"), "cut short"),
        (lambda text: text.replace(b"saved ", b"moved "), "checksum"),
        (lambda text: b"name: shop\nsource: {}\n", "not a checkpoint"),
        (lambda text: b"\x7fELF" + bytes(1000), "not a checkpoint"),
        (lambda text: text.replace(b"rowferry-checkpoint 1", b"rowferry-checkpoint 9"), "newer"),
    ],
)
def test_file_that_cannot_be_read_is_refused(stopped, change, pattern):
    stopped.checkpoint_file.write_bytes(change(stopped.checkpoint_file.read_bytes()))
    refused(stopped, pattern)


def test_checkpoint_of_another_connector_is_refused(stopped):
    text = stopped.config_file.read_text()
    first = stopped.checkpoint_file
    stopped.set_config(text.replace("name: ", "name: other_"))
    first.rename(stopped.checkpoint_file)
    refused(stopped, "belongs to the connector")


def test_second_instance_is_refused(stopped):
    stopped.start().wait_streaming()
    second = stopped.call("run")
    assert second.returncode == 2
    message = second.stderr.splitlines()[-1]
    assert f"pid {stopped.pid}" in message and str(stopped.checkpoint_file) in message
    moved = stopped.call("position", "set", "--earliest")
    assert moved.returncode == 2 and f"pid {stopped.pid}" in moved.stderr
    stopped.stop()
    assert stopped.call("position", "set", "--earliest").returncode == 0
