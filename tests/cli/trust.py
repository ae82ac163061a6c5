#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""A project that somebody else made reads, writes, loads and calls nothing but what it names as footage,
maps, inserts and output. Each attack is one that went through once."""
import http.server
import shutil
import subprocess
import threading

from cli_harness import WORK, Skip, finish, frames_md5, movie, ramp_map, run, zdepth

CLIP = movie("clip.mkv", frames=3)
MAP = ramp_map()
SECRET = WORK / "secret.txt"
SECRET.write_text("secret\n")
WAY_OUT = "if you know who made the project, allow it with --trust-project"


def project(name, effect=None, options=None, output="out.mkv"):
    path = WORK / f"{name}.zdp"
    text = f'zdepth project 1\n[source]\nfootage = "{CLIP}"\ndepth_map = "{MAP}"\n'
    text += '[effect]\neffect = "%s"\n' % (effect or "hflip").replace("\\", "\\\\").replace('"', '\\"')
    text += f'[output]\noutput = "{WORK / output}"\n'
    if options:
        text += f'encoder_options = "{options}"\n'
    path.write_text(text)
    return path


def refused(name, message, target=None, **kwargs):
    """Adds a test: the project is refused by every verb that runs it, and `target` stays as it was."""
    def test():
        before = target.read_bytes() if target and target.exists() else None
        path = project(name, **kwargs)
        for args in (["render", path], ["filter", "--project", path], ["filter", CLIP, "--project", path]):
            (WORK / "out.mkv").unlink(missing_ok=True)
            result = zdepth(*args, cwd=WORK)
            assert result.returncode == 1, result
            assert message in result.stderr and WAY_OUT in result.stderr, result.stderr
            assert len(result.stderr.strip().splitlines()) == 1, result.stderr
            after = target.read_bytes() if target and target.exists() else None
            assert before == after, f"{target} has changed"
            assert not (WORK / "out.mkv").exists()
    test.__name__ = name
    run(test)


def filter_refused(name, effect, target=None):
    word = effect.split("=")[0].replace("'", "")
    refused(name, f"a project's effect may not use the filter '{word}'", target, effect=effect)


filter_refused("drawtext_shows_no_file", f"drawtext=textfile={SECRET}")
filter_refused("movie_reads_no_file", f"movie={CLIP}[m];[m]overlay")
filter_refused("quoted_movie_reads_no_file", f"mo'vi'e={CLIP},null")
refused("ssim_writes_no_file", "a project's effect may not use the filter 'ssim'", SECRET,
        effect=f"split[a][b];[a][b]ssim=stats_file={SECRET}")
filter_refused("metadata_writes_no_file", f"metadata=mode=print:file={SECRET}", SECRET)
filter_refused("zmq_opens_no_port", "zmq=bind_address=tcp\\\\://127.0.0.1\\\\:18997")
filter_refused("lut3d_reads_no_file", f"lut3d={SECRET}")
filter_refused("sendcmd_reads_no_file", f"sendcmd=filename={SECRET}")
refused("curves_write_no_plot", "a project's effect may not set 'plot' of the filter curves", SECRET,
        effect=f"curves=r='0/0 1/1':plot={SECRET}")
refused("curves_read_no_file", "a project's effect may not set 'psfile' of the filter curves",
        effect=f"curves=psfile={SECRET}")
refused("frei0r_loads_no_path", "a project's effect may not give frei0r the path '../", effect="frei0r=../../x")
refused("frei0r_reads_no_path", "a project's effect may not give frei0r the path '0.5|/etc/passwd'",
        effect="frei0r=filter_name=facedetect:filter_params=0.5|/etc/passwd")
refused("frei0r_climbs_nowhere", "a project's effect may not give frei0r the path '0../1'",
        effect="frei0r=filter_name=facedetect:filter_params=0../1")
refused("x264_writes_no_log", "a project may not set the encoder option 'stats'", SECRET, options=f"stats={SECRET}")
refused("x264_parameters_write_no_log", "a project may not set the encoder option 'stats' within x264-params", SECRET,
        options=f"x264-params=stats={SECRET}")
refused("x265_parameters_write_no_table", "a project may not set the encoder option 'csv' within x265-params", SECRET,
        options=f"x265-params=csv={SECRET}")
refused("pass1_writes_no_log", "a project may not set the encoder option 'flags'", options="flags=+pass1")
refused("muxer_opens_no_protocol", "a project may not set the encoder option 'protocol_whitelist'",
        options="protocol_whitelist=http")


def foreign_code_is_not_loaded():
    if shutil.which("cc") is None:
        raise Skip("no C compiler")
    mark = WORK / "code_ran"
    source = WORK / "evil.c"
    source.write_text(f'#include <stdio.h>\n__attribute__((constructor)) static void f(void)\n'
                      f'{{ FILE *x = fopen("{mark}", "w"); if (x) fclose(x); }}\n')
    subprocess.run(["cc", "-shared", "-fPIC", "-o", WORK / "evil.so", source], check=True)
    up = "../" * 12 + str(WORK / "evil")[1:]
    result = zdepth("render", project("evil", effect=f"frei0r={up}"))
    assert result.returncode == 1 and "may not give frei0r the path" in result.stderr, result
    assert not mark.exists(), "foreign code ran"


def network_is_not_reached():
    hits = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_error(404)

        def log_message(self, *args):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    for effect in (f"movie=http\\\\\\\\://127.0.0.1\\\\\\\\:{port}/x[m];[m]null", f"movie='http\\://127.0.0.1\\:{port}/x'[m];[m]null"):
        result = zdepth("render", project("net", effect=effect))
        assert result.returncode == 1 and "may not use the filter 'movie'" in result.stderr, result
    server.shutdown()
    assert hits == [], hits


def plain_projects_render():
    for effect in ("gblur=sigma=3,hue=s=0", "split[a][b];[b]negate[n];[a][n]blend=all_mode=average",
                   "curves=r='0/0 0.5/0.58 1/1'", "geq=lum='255-lum(X\\,Y)':cb=128:cr=128"):
        result = zdepth("render", project("plain", effect=effect, options="preset=ultrafast:crf=30:x264-params=keyint=2"))
        assert result.returncode == 0, result


def colours_and_positions_reach_a_plug_in():
    effect = "frei0r=filter_name=no_such_plugin:filter_params=0.25/0.5/1|y|0.5/0.5|0.1"
    result = zdepth("render", project("values", effect=effect))
    assert result.returncode == 1 and "is the plug-in installed" in result.stderr, result


def checked_and_trusted_give_the_same_pixels():
    effect = "curves=r='0/0 0.5/0.58 1/1',rotate=PI/40,format=yuv420p|yuv444p,hue=h='10*t':s=0.5"
    pictures = []
    for extra in ([], ["--trust-project"]):
        assert zdepth("render", project("same", effect=effect), *extra).returncode == 0
        pictures.append(frames_md5(WORK / "out.mkv"))
    assert pictures[0] == pictures[1]


def the_word_lets_a_project_through():
    log = WORK / "log.txt"
    path = project("word", effect=f"metadata=mode=print:file={log}")
    for args in (["render", path, "--trust-project"], ["render", "--trust-project", path],
                 ["filter", "--trust-project", "--project", path], ["filter", "--project", path, "--trust-project"]):
        log.unlink(missing_ok=True)
        result = zdepth(*args)
        assert result.returncode == 0 and log.exists(), result


def what_is_typed_is_the_users_own():
    log = WORK / "typed.txt"
    result = zdepth("filter", CLIP, "--depth-map", MAP, "--effect", f"metadata=mode=print:file={log}",
                    "--encoder-options", "flags=+cgop", "-o", WORK / "out.mkv")
    assert result.returncode == 0 and log.exists(), result
    # Typed options do not make the project's effect the user's own.
    path = project("half", effect=f"drawtext=textfile={SECRET}")
    result = zdepth("filter", "--project", path, "--encoder-options", "crf=20")
    assert result.returncode == 1 and WAY_OUT in result.stderr, result


def init_says_what_a_project_will_not_do_by_itself():
    path = WORK / "made.zdp"
    result = zdepth("init", CLIP, "--effect", "drawtext=text=HI", "-o", path)
    assert result.returncode == 0 and "render it with --trust-project" in result.stderr, result
    result = zdepth("init", CLIP, "--effect", "gblur=3", "-y", "-o", path)
    assert result.returncode == 0 and "trust-project" not in result.stderr, result


for test in (foreign_code_is_not_loaded, network_is_not_reached, plain_projects_render,
             colours_and_positions_reach_a_plug_in,
             checked_and_trusted_give_the_same_pixels, the_word_lets_a_project_through,
             what_is_typed_is_the_users_own, init_says_what_a_project_will_not_do_by_itself):
    run(test)
finish()
