/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The topics' texts, a row each. */

#include "cli/help_topics.h"

#include <stddef.h>

#include "core/words.h"

const zd_help_topic zd_help_topics[] = {
    { "times", "how times are written",
      "A time is counted from the clip's first frame, whatever range is worked on. It is written in "
      "any of these ways:\n\n"
      "  1.5  1.5s  500ms  1m30s  1h    seconds, or numbers with units\n"
      "  1:02.5  0:01:02.5              minutes and seconds; hours before them\n"
      "  36f  f36                       the frame with this number, the first is 0\n"
      "  0:00:01:12                     a timecode: hours, minutes, seconds, frames\n\n"
      "Decimals have a point. Frames and timecodes need footage with a frame rate; a project file "
      "holds seconds. A box without @TIME was drawn on the first frame.\n" },
    { "sizes", "fractions, per cent and pixels",
      "Places and sizes are fractions of the frame, so that they fit any clip: 0.4 is four tenths of "
      "its width or height. Where the help says a fraction, per cent can be written as well, and on "
      "the command line pixels of the footage:\n\n"
      "  --size 0.4  --size 40%  --size 432px\n"
      "  --select 0.4,0.2,0.2,0.6@2s\n"
      "  --select 40%,20%,20%,60%@48f\n"
      "  --select 768px,216px,384px,648px@2s\n"
      "  --select 384x648+768+216@2s           width x height + left + top\n\n"
      "Feather and choke count per cent of the frame's height: 1 and 1% are the same. zdepth look "
      "CLIP writes a sheet of the clip with a grid of fractions, to read boxes off.\n" },
    { "colours", "how colours are written",
      "A colour is a name of CSS (red, gold, darkslateblue; gray and grey), #RGB, #RRGGBB, "
      "#RRGGBBAA, rgb(255,128,0), rgba(255,128,0,0.5), or as FFmpeg writes it: 0xff8000, ff8000, "
      "red@0.5. A '#' begins a comment in most shells; put it in quotes.\n\n"
      "  --colour gold  --colour \"#ff8000\"  --outline-colour black@0.5\n" },
    { "keys", "values that change over time",
      "What \"can be keyed\" takes a list of TIME=VALUE with commas between. Between two keys the value "
      "goes evenly; :smooth behind a value starts and ends at rest, :hold keeps it until the next "
      "key. Before the first and after the last key it stays.\n\n"
      "  --feather \"0s=0, 48f=1.5:smooth, 4s=0\"\n"
      "  --x \"0=-0.2, 2s=0.5:smooth\"\n" },
    { "switches", "flags that are on or off",
      "A switch is turned on by its name, --NAME or --NAME=on, and off by --no-NAME or --NAME=off. "
      "Of a flag that is given twice the last one counts; an output given twice is refused. Flags "
      "win over a project file, and that wins over the configuration.\n" },
    { "spelling", "British and American words",
      "Every word may be spelled in British or American English, in flags, values, projects and "
      "scenes: colour and color, normalised and normalized, centre and center, metres and meters, "
      "stabilise and stabilize, grey and gray, licence and license. Capitals do not matter, nor "
      "whether words are joined by - or _.\n" },
    { "overwrite", "what happens to files that are there",
      "The result of a job replaces a file of that name when it is complete, and not before: while "
      "the job runs, and when it fails, the old file stays as it is. -n (--no-clobber) fails instead, "
      "before anything is computed. init does not replace a project, which may have been edited by "
      "hand, unless -y (--overwrite) is given. What a job reads, footage, maps, inserts, projects, "
      "scenes, is never written over, nor is one of its results by another, nor a file of another "
      "kind by a project or an SVG picture. --dry-run writes nothing.\n" },
    { "pipes", "footage from a pipe and results down one",
      "- as footage is the standard input, and -o - the standard output, so that programs work hand in "
      "hand; progress and warnings go to the standard error:\n\n"
      "  ffmpeg -i walk.mp4 -f yuv4mpegpipe - | zdepth composite - --title HELLO -o - | ffplay -\n\n"
      "What comes in may be Y4M, NUT, Matroska or anything else that can be read. It is taken in to its "
      "end first, for footage is read twice: it is kept in TMPDIR, in a file without a name, so that "
      "nothing of it stays.\n\n"
      "  -o -        NUT: plain pictures of the footage's own format, alpha, times, sound as it is\n"
      "  -o -.y4m    Y4M: plain pictures without alpha, at one rate, without sound\n"
      "  -o -.mkv    Matroska with its codecs, colour tags and all; likewise -.webm\n\n"
      "NUT and Y4M do not say which colours they are in; footage of HDR is better sent as -.mkv "
      "--codec ffv1.\n" },
    { "json", "output for programs",
      "--json prints one object a line. Every line has \"v\", the version of this contract, 1, and "
      "\"type\": results (\"result\", with \"verb\") on the standard output; \"progress\", \"warning\" and "
      "\"error\" on the standard error. Members may be added within a version, never removed or "
      "changed. docs/json.md lists them.\n" },
    { "config", "the user's configuration file",
      "~/.config/zdepth/config ($XDG_CONFIG_HOME/zdepth/config, or the file that $ZD_CONFIG names) holds "
      "what should be so in every job that does not say otherwise. It is written like a project, "
      "begins with the line zdepth config 1, and has no footage and no output:\n\n"
      "  zdepth config 1\n"
      "  [depth]\n"
      "  model = \"v2-small\"\n"
      "  [title]\n"
      "  font = \"Serif Bold\"\n"
      "  [output]\n"
      "  quality = 20\n\n"
      "[title] says what titles look like that flags add. --no-config and ZD_CONFIG=none leave it "
      "out.\n" },
    { "environment", "variables and files",
      "These variables are read:\n\n"
      "  ZD_CACHE           the folder of the depth cache, else $XDG_CACHE_HOME/zdepth/depth,\n"
      "                     else ~/.cache/zdepth/depth\n"
      "  ZD_CACHE_LIMIT     how large it may become, in GiB; 20 without it\n"
      "  ZD_MODELS          the folder of installed networks, else $XDG_DATA_HOME/zdepth/models,\n"
      "                     else ~/.local/share/zdepth/models\n"
      "  ZD_MODEL_MIRROR    another server than huggingface.co, with the same paths\n"
      "  ZD_MODEL_ATTEMPTS  how often a download is tried (1 to 100)\n"
      "  ZD_MODEL_RETRY_MS  how long it waits between (up to 60000)\n"
      "  ZD_MODEL_STALL_S   how long nothing may come before it is tried anew (up to 3600)\n"
      "  ZD_MODELS_TABLE    a table of networks instead of the program's own\n"
      "  ZD_CONFIG          the configuration file; none: no configuration\n"
      "  CURL_CA_BUNDLE, SSL_CERT_FILE   certificates for downloads\n"
      "  FREI0R_PATH, OFX_PLUGIN_PATH    where plug-ins are looked for\n"
      "  TMPDIR             where --dry-run tries frames, and where what is piped in is kept; /tmp\n"
      "                     without it\n" },
    { "exit", "exit status",
      "0: done. 1: failed, such as a file that is damaged or missing, a full disk, or a fault of a "
      "project. 2: wrong usage: what the command line asks for cannot be, and nothing was begun. 130: "
      "interrupted by Ctrl-C; 143: terminated; 129: the terminal went away.\n" },
    { NULL, NULL, NULL },
};

const zd_help_topic *zd_help_topic_find(const char *name)
{
    for (const zd_help_topic *topic = zd_help_topics; topic->name != NULL; topic++) {
        if (zd_word_same(topic->name, name)) {
            return topic;
        }
    }
    return NULL;
}
