#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""A job in chunks gives the bits of one plain run: any number of chunks, by make, by hand and by Slurm, a chunk
killed in the middle, one requeued; movies and sequences, steadied depth and a tracked object; what is refused."""
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

from cli_harness import ENV, WORK, ZDEPTH, Skip, ffmpeg, finish, frames_md5, run, zdepth

SOURCE = pathlib.Path(__file__).resolve().parents[2]
CLIP = WORK / "two shots.mp4"
# Two shots of 14 and 11 frames, odd against every number of chunks; sound; a size that x264's own reads past
# the end of its rows, which are never the same twice, leave alone (a multiple of 128).
ffmpeg("-i", SOURCE / "assets/sample.mp4", "-f", "lavfi", "-i", "sine=duration=2", "-filter_complex",
       "[0:v]scale=256:144,split[a][b];[a]trim=end_frame=14,setpts=PTS-STARTPTS[c];"
       "[b]trim=start_frame=60:end_frame=71,setpts=PTS-STARTPTS,hflip,negate[d];[c][d]concat=n=2:v=1[v]",
       "-map", "[v]", "-map", "1:a", "-c:v", "libx264", "-crf", "12", "-g", "10", "-c:a", "aac", "-shortest", CLIP)
(WORK / "job.zdp").write_text('zdepth project 1\n[source]\nfootage = "two shots.mp4"\n[title]\ntitle = "HI"\n'
                              'animate_in = fade\n[output]\noutput = "out.mp4"\n')


def plain(project, output):
    result = zdepth("render", project, "-o", output, "-q", cwd=WORK)
    assert result.returncode == 0, result.stderr
    return (WORK / output).read_bytes()


def plan(project, folder, chunks, expect=0):
    result = zdepth("farm", "plan", project, "--chunks", chunks, "-o", folder, cwd=WORK)
    assert result.returncode == expect, result
    return result


def status(folder):
    return json.loads(zdepth("farm", "status", folder, "--json", cwd=WORK).stdout)


TRUTH = plain("job.zdp", "plain.mp4")


def wait_for(what, seconds=240):
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def kill_in_the_middle(folder, chunk, sign):
    """Kills a chunk once it has begun what `sign` shows."""
    work = subprocess.Popen([ZDEPTH, "farm", "run", folder, "--chunk", str(chunk), "-q"], cwd=WORK, env=ENV)
    wait_for(lambda: sign() or work.poll() is not None)
    work.kill()
    assert work.wait() == -signal.SIGKILL, "the chunk was done before it was killed"
    assert status(folder)["chunks"][chunk]["state"] == "missing"


def make(folder, *more):
    result = subprocess.run(["make", "-s", "-C", folder, f"ZDEPTH={ZDEPTH}", *more], cwd=WORK, env=ENV, capture_output=True,
                            text=True, timeout=500)
    assert result.returncode == 0, result.stderr
    return result


def make_gives_the_bits_of_a_plain_run(chunks):
    def test():
        folder = f"make{chunks}"
        (WORK / "out.mp4").unlink(missing_ok=True)
        plan("job.zdp", folder, chunks)
        depth = len(status(folder)["chunks"]) // 2
        assert depth == chunks, status(folder)
        cache = WORK / folder / "cache"
        kill_in_the_middle(folder, depth - 1, lambda: len(list(cache.glob("*/*.zdm"))) > 1)
        for k in range(depth + 1):
            assert zdepth("farm", "run", folder, "--chunk", k, "-q", cwd=WORK).returncode == 0
        parts = WORK / folder / "parts"
        kill_in_the_middle(folder, 2 * depth, lambda: any(parts.glob(".*part*")))
        make(folder)
        assert (WORK / "out.mp4").read_bytes() == TRUTH
        assert {c["state"] for c in status(folder)["chunks"]} == {"done"}
        left = [p.name for p in parts.iterdir() if not p.name.endswith(".frames")]
        assert not left, left
    test.__name__ = f"make_gives_the_bits_of_a_plain_run_{chunks}"
    return test


def what_is_done_is_left_alone():
    notes = {p: p.stat().st_mtime_ns for p in (WORK / "make3/state").glob("*.done")}
    result = zdepth("farm", "run", "make3", "--chunk", "2", "--json", cwd=WORK)
    told = json.loads(result.stdout)
    assert result.returncode == 0 and told["state"] == "done" and told["phase"] == "depth" and told["frames"] == 9, told
    plan("job.zdp", "make3", 3)  # the very plan again
    assert {p: p.stat().st_mtime_ns for p in (WORK / "make3/state").glob("*.done")} == notes


def a_tracked_object_and_a_sequence():
    """Without steadied depth in the cache chunks of pictures begin with shots; each picture has its own name."""
    (WORK / "near.zdp").write_text('zdepth project 1\n[source]\nfootage = "two shots.mp4"\nframes = 3-22\n[matte]\nnearest_only = on\n'
                                   '[effect]\ntransparency = on\n[output]\noutput = "near/f.%03d.png"\n')
    (WORK / "near").mkdir()
    (WORK / "whole").mkdir()
    result = zdepth("render", "near.zdp", "-o", "whole/f.%03d.png", "-q", cwd=WORK)
    assert result.returncode == 0, result.stderr
    plan("near.zdp", "near.farm", 4)
    result = zdepth("farm", "run", "near.farm", cwd=WORK)
    assert result.returncode == 0, result.stderr
    assert (WORK / "near.farm/state/borders").read_text().splitlines()[1:] == ["3", "3", "14"]
    names = sorted(p.name for p in (WORK / "whole").iterdir())
    assert len(names) == 20 and names[0] == "f.003.png", names
    assert [p.name for p in sorted((WORK / "near").iterdir()) if not p.name.startswith(".")] == names
    for name in names:
        assert (WORK / "near" / name).read_bytes() == (WORK / "whole" / name).read_bytes(), name
    (WORK / "near/f.007.png").unlink()
    result = zdepth("farm", "join", "near.farm", cwd=WORK)
    assert result.returncode == 1 and "f.007.png' was made and is gone" in result.stderr, result


def a_network_for_video_is_cut_at_windows():
    """Windows are whole, shots need not be: of four chunks that were asked for, the first shot's two windows are one
    each, and the second shot is one; the bits are those of a plain run, in whatever order depth was found, and the fit
    takes the windows as they are. The same for a part of one long shot."""
    if len(sys.argv) < 3:
        raise Skip("no program that writes a network for video")
    subprocess.run([sys.argv[2], "video", WORK / "video.safetensors"], check=True)
    ffmpeg("-i", SOURCE / "assets/sample.mp4", "-filter_complex",
           "[0:v]scale=128:72,split[a][b];[a]trim=end_frame=40,setpts=PTS-STARTPTS[c];"
           "[b]trim=start_frame=60:end_frame=71,setpts=PTS-STARTPTS,hflip,negate[d];[c][d]concat=n=2:v=1[v]",
           "-map", "[v]", "-an", "-c:v", "ffv1", WORK / "windows.mkv")
    result = zdepth("init", "windows.mkv", "--title", "HI", "--view", "depth", "--model", WORK / "video.safetensors", "--depth-size", "56",
                    "--cuts", "40", "--codec", "ffv1", "--result", "video.mkv", "-o", "video.zdp", cwd=WORK)
    assert result.returncode == 0, result.stderr
    plain("video.zdp", "video-plain.mkv")
    plan("video.zdp", "video", 4)
    assert [line for line in (WORK / "video/plan").read_text().splitlines() if line.startswith("depth")] == [
        "depth 0 22", "depth 22 40", "depth 40 all"]
    do_the_chunks("video", [2, 1, 0], [22, 18, 11], 31 + 17 + 11)
    assert frames_md5(WORK / "video.mkv") == frames_md5(WORK / "video-plain.mkv")
    project = (WORK / "video.zdp").read_text().replace("\"40\"", "\"none\"").replace("[depth]", "frames = 20-49\n[depth]")
    (WORK / "long.zdp").write_text(project.replace("video.mkv", "long.mkv"))
    plain("long.zdp", "long-plain.mkv")
    plan("long.zdp", "long", 9)
    do_the_chunks("long", [1, 2, 0], [22, 22, 7], 31 + 28 + 6)
    assert frames_md5(WORK / "long.mkv") == frames_md5(WORK / "long-plain.mkv")


def do_the_chunks(folder, order, frames, maps):
    """Depth in this order, then the rest; each depth chunk has so many frames. Of a window those maps are made that show:
    31 of the first, of a later one neither its third nor its last, none after the shot. The fit finds all windows and makes none
    (test_video_depth)."""
    count = len(status(folder)["chunks"])
    for chunk in (*order, *range(len(order), count)):
        result = zdepth("farm", "run", folder, "--chunk", chunk, "--json", cwd=WORK)
        assert result.returncode == 0, result.stderr
        told = json.loads(result.stdout.splitlines()[-1])
        assert chunk >= len(frames) or (told["phase"], told["frames"]) == ("depth", frames[chunk]), told
        if chunk == order[-1]:
            made = len(list((WORK / folder / "cache").glob("*/*.zdm")))
            assert made == maps, made
    assert zdepth("farm", "join", folder, "-q", cwd=WORK).returncode == 0


def a_graph_with_a_memory_is_not_cut():
    (WORK / "mix.zdp").write_text('zdepth project 1\n[source]\nfootage = "two shots.mp4"\n[effect]\neffect = "tmix=frames=3"\n'
                                  '[output]\noutput = "mix.mp4"\n')
    plan("mix.zdp", "mix.farm", 3)
    told = status("mix.farm")["phases"]
    assert [sum(v for k, v in p.items() if k != "phase") for p in told] == [3, 1, 1], told


def a_scene_renders_its_frames():
    scene = ('zscene 1\nframe { size 128 72 range 1 5 }\ncamera cam { position 0 0 auto near 100 far 2000 }\n'
             'media walk { front "two shots.mp4" }\naxis moved { }\nanim moved.position.x { 1 -20 5 20 linear }\n'
             'surface card { parent moved media walk size 128 72 cell_px 8 }\naxis below { parent card }\n'
             'zdepth z { parent below on card media walk analysis global scale 30 direction normal three_d yes }\n'
             'output main { camera cam passes comp zdepth samples 2 file "FILE" }\n')
    (WORK / "s.zscene").write_text(scene.replace("FILE", str(WORK / "scened/f.%04d.exr")))
    (WORK / "movie.zscene").write_text(scene.replace("FILE", "f.mp4"))
    for name in ("scened", "scened whole"):
        (WORK / name).mkdir()
    result = zdepth("scene", "render", "s.zscene", "-o", "scened whole/f.%04d.exr", "-q", cwd=WORK)
    if "OpenGL" in result.stderr:
        raise Skip("no OpenGL")
    assert result.returncode == 0, result
    plan("s.zscene", "scene.farm", 3)
    result = zdepth("farm", "run", "scene.farm", "-q", cwd=WORK)
    assert result.returncode == 0, result
    names = [f"f.{i:04}.exr" for i in range(1, 6)]
    assert sorted(p.name for p in (WORK / "scened").iterdir() if not p.name.startswith(".")) == names
    for name in names:
        assert (WORK / "scened" / name).read_bytes() == (WORK / "scened whole" / name).read_bytes(), name
    assert "chunks of a farm are pictures; give its node a file" in plan("movie.zscene", "other", 2, expect=1).stderr


def refused(args, code, message):
    result = zdepth("farm", *args, cwd=WORK)
    assert result.returncode == code and message in result.stderr, result
    assert len(result.stderr.splitlines()) == 1, result.stderr


def what_cannot_be_is_told():
    plan("job.zdp", "bare", 3)
    refused(["run", "bare", "--chunk", "3"], 1, "'bare' is not so far: 3 chunks of the phase depth not done: 0 (missing), 1 (missing), 2 (missing)")
    refused(["join", "bare"], 1, "3 chunks of the phase depth not done")
    refused(["run", "bare", "--chunk", "7"], 2, "--chunk is '7'; it must be a whole number from 0 to 6")
    refused(["plan", "job.zdp", "--chunks", "4", "-o", "bare"], 2, "'bare' holds another plan; give another folder with -o")
    (WORK / "mine").mkdir()
    (WORK / "mine/Makefile").write_text("all: mine\n")
    refused(["plan", "job.zdp", "--chunks", "4", "-o", "mine"], 2, "'mine' holds 'Makefile', which is no farm's; give a new folder with -o")
    (WORK / "mine/state").mkdir()  # as a plan that was killed has left it
    (WORK / "mine/notes").write_text("my notes\n")
    refused(["plan", "job.zdp", "--chunks", "4", "-o", "mine"], 2, "'mine' holds 'notes', which is no farm's")
    assert (WORK / "mine/Makefile").read_text() == "all: mine\n"
    (WORK / "mine/notes").unlink()
    plan("job.zdp", "mine", 2)
    (WORK / "over.zdp").write_text((WORK / "job.zdp").read_text().replace("out.mp4", "two shots.mp4"))
    refused(["plan", "over.zdp", "--chunks", "4", "-o", "other"], 2, "the output '")
    refused(["plan", "job.zdp", "-o", "other"], 2, "give --chunks, a whole number from 1 to 1000")
    refused(["plan", "job.zdp", "--chunks", "0", "-o", "other"], 2, "--chunks is '0'; it must be a whole number from 1 to 1000")
    refused(["plan", "job.zdp", "--chunks", "2"], 2, "give -o FOLDER, a new folder that all machines see")
    refused(["run", "near"], 2, "'near' is no folder of a farm; make one with zdepth farm plan")
    refused(["status", "bare", "--chunk", "2"], 2, "zdepth farm status does not use --chunk; zdepth farm run does")
    refused(["walk", "bare"], 2, "'walk' is no")
    assert not (WORK / "other").exists()
    job = (WORK / "bare/job.zdp").read_text()
    (WORK / "bare/job.zdp").write_text(job.replace("HI", "HO"))
    refused(["run", "bare", "--chunk", "0"], 1, "bare/job.zdp' is not what was planned; plan it again in another folder")
    (WORK / "bare/job.zdp").write_text(job)
    (WORK / "bare/plan").write_text("zdepth farm 1\npictures 0 9999999999999999999999\n")
    refused(["run", "bare", "--chunk", "0"], 1, "bare/plan:2: this is no plan of a farm; make one with zdepth farm plan")


def a_changed_file_and_a_lost_part_are_noticed():
    shutil.copytree(WORK / "make1", WORK / "lost", symlinks=True)
    (WORK / "lost/parts/2.frames").write_bytes(b"short")
    refused(["join", "lost"], 1, "1 chunk of the phase pictures not done: 2 (missing)")
    note = WORK / "lost/state/2.done"
    key, numbers = note.read_text().split("\n")[:2]
    note.write_text(f"{key}\n{' '.join(numbers.split()[:2])} 5\n")
    refused(["join", "lost"], 1, "lost/parts/2.frames' is damaged; remove it and make it again")
    shutil.copy(CLIP, WORK / "copy.mp4")
    (WORK / "copy.zdp").write_text((WORK / "job.zdp").read_text().replace("two shots", "copy"))
    plan("copy.zdp", "changed", 2)
    os.utime(WORK / "copy.mp4", (1, 1))
    refused(["run", "changed", "--chunk", "0"], 1, "a file that the job reads has changed since 'changed' was planned")
    told = status("changed")["chunks"][0]
    assert told["state"] == "failed" and "has changed" in told["error"], told


def two_do_not_do_one_chunk():
    plan("job.zdp", "twice", 1)
    first = subprocess.Popen([ZDEPTH, "farm", "run", "twice", "--chunk", "0", "-q"], cwd=WORK, env=ENV)
    try:
        wait_for(lambda: status("twice")["chunks"][0]["state"] == "running" or first.poll() is not None)
        first.send_signal(signal.SIGSTOP)
        assert first.poll() is None, "the chunk was done before it was looked at"
        refused(["run", "twice", "--chunk", "0"], 1, "another process works on chunk 0 of 'twice'")
    finally:
        first.kill()
        first.wait()


def the_template_is_open_job_description():
    try:
        import openjd.model as model
    except ImportError:
        raise Skip("no openjd-model for Python")
    plan("job.zdp", "template", 3)
    text = (WORK / "template/openjd/template.yaml").read_text()
    document = model.document_string_to_object(document=text, document_type=model.DocumentType.YAML)
    template = model.decode_job_template(template=document)
    assert [s.name for s in template.steps] == ["Depth", "Fit", "Pictures", "Join"]


# ---- Slurm ----

CONFIG = """ClusterName=zd
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={port}
SlurmdPort={port1}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={work}/munge.socket,cred_expire=5
CryptoType=crypto/munge
StateSaveLocation={work}/ctld
SlurmdSpoolDir={work}/d
SlurmctldPidFile={work}/ctld.pid
SlurmdPidFile={work}/d.pid
SlurmctldLogFile={work}/ctld.log
SlurmdLogFile={work}/d.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SchedulerType=sched/backfill
SchedulerParameters=bf_interval=1
KillWait=2
ReturnToService=2
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
NodeName={host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=zd Nodes={host} Default=YES MaxTime=INFINITE State=UP
"""


class Cluster:
    """munged, slurmctld and slurmd on the loopback, in a folder of their own."""

    def __init__(self):
        for program in ("munged", "slurmctld", "slurmd", "sbatch"):
            if shutil.which(program) is None:
                raise Skip(f"{program} is not installed")
        if os.geteuid() != 0:
            raise Skip("slurmd wants to be root")
        self.work = WORK / "cluster"
        for name in ("ctld", "d"):
            (self.work / name).mkdir(parents=True)
        (self.work / "munge.key").write_bytes(os.urandom(128))
        (self.work / "munge.key").chmod(0o400)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        host = socket.gethostname().split(".")[0]
        config = self.work / "slurm.conf"
        self.env = {**ENV, "SLURM_CONF": str(config)}
        config.write_text(CONFIG.format(host=host, work=self.work, port=port, port1=port + 1))
        told = self.ask("slurmd", "-V")  # "slurm-wlm 24.11.5"
        groups = pathlib.Path("/sys/fs/cgroup")
        if tuple(map(int, re.findall(r"\d+", told)[:2])) >= (24, 5):  # since then slurmd can do without control groups
            (self.work / "cgroup.conf").write_text("CgroupPlugin=disabled\n")
        elif not groups.is_dir() or not any(groups.iterdir()):
            raise Skip(f"no control groups at {groups}, and {told.strip()} does not start without")
        self.started = []
        try:
            self.begin(config, host)
        except AssertionError as error:
            self.stop()
            raise AssertionError("\n".join(p.read_text(errors="replace")[-2000:] for p in sorted(self.work.glob("*.out")))) from error

    def begin(self, config, host):
        w = self.work
        self.start("munged", "-F", "-f", "-S", w / "munge.socket", f"--key-file={w}/munge.key", f"--pid-file={w}/munge.pid",
                   f"--log-file={w}/munge.log", f"--seed-file={w}/munge.seed")
        wait_for(lambda: (w / "munge.socket").exists(), 30)
        self.start("slurmctld", "-D", "-f", config)
        self.start("slurmd", "-D", "-f", config, "-N", host)
        wait_for(lambda: "idle" in self.ask("sinfo", "-h", "-o", "%t"), 120)

    def start(self, *command):
        log = open(self.work / f"{command[0]}.out", "w")
        self.started.append(subprocess.Popen([*map(str, command)], env=self.env, stdout=log, stderr=log))

    def ask(self, *command):
        return subprocess.run(command, env=self.env, capture_output=True, text=True).stdout

    def stop(self):
        for process in reversed(self.started):
            process.terminate()
        for process in self.started:
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def run_by_slurm(cluster, chunks):
    """One of the depth chunks is killed in the middle the first time; its task hangs, and is requeued."""
    victim, name = min(1, chunks - 1), f"slurm{chunks}"
    program, hung, out = WORK / f"zdepth once killed {chunks}", WORK / f"hung{chunks}", WORK / "out.mp4"
    program.write_text(f'#!/bin/sh\ncase "$* " in *"--chunk {victim} "*)\n    if mkdir "{hung}" 2>/dev/null; then\n'
                       f'        "{ZDEPTH}" "$@" & sleep 0.5; kill -9 $!; touch "{hung}/now"; exec sleep 1000\n    fi ;;\nesac\n'
                       f'exec "{ZDEPTH}" "$@"\n')
    program.chmod(0o755)
    out.unlink(missing_ok=True)
    plan("job.zdp", name, chunks)
    env = {**cluster.env, "ZDEPTH": str(program)}
    told = subprocess.run(["./slurm.sh"], cwd=WORK / name, env=env, capture_output=True, text=True)
    assert told.returncode == 0, told
    jobs = dict(pair.split("=") for pair in told.stdout.split())
    assert list(jobs) == ["depth", "fit", "pictures", "join"], jobs
    wait_for(lambda: (hung / "now").exists())
    cluster.ask("scontrol", "requeue", f"{jobs['depth']}_{victim}")
    wait_for(lambda: out.exists() or "DependencyNever" in cluster.ask("squeue", "-h", "-o", "%r"), 600)
    logs = "".join(p.read_text() for p in sorted((WORK / name / "log").iterdir()))
    assert out.exists(), logs
    assert out.read_bytes() == TRUTH, logs
    wait_for(lambda: cluster.ask("squeue", "-h") == "", 60)


def slurm_with_a_requeue_gives_the_bits_of_a_plain_run():
    cluster = Cluster()
    try:
        for chunks in (1, 3, 7):
            run_by_slurm(cluster, chunks)
            print(f"by Slurm with {chunks} chunks, one killed and requeued: the bits of a plain run")
    finally:
        cluster.stop()


only = sys.argv[3:]
for chunks in [c for c in (1, 3, 7) if not only or str(c) in only]:
    run(make_gives_the_bits_of_a_plain_run(chunks))
for test in (what_is_done_is_left_alone, a_tracked_object_and_a_sequence, a_network_for_video_is_cut_at_windows, a_graph_with_a_memory_is_not_cut,
             a_scene_renders_its_frames, what_cannot_be_is_told, a_changed_file_and_a_lost_part_are_noticed,
             two_do_not_do_one_chunk, the_template_is_open_job_description,
             slurm_with_a_requeue_gives_the_bits_of_a_plain_run):
    if test.__name__ in only or not only:
        run(test)
finish()
