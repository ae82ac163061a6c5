/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Flags of FFmpeg, mpv, ImageMagick, HandBrake and the usual Unix tools that have another name here,
 * and a search for words that were mistyped. */

#include "cli/habits.h"

#include <assert.h>
#include <string.h>

#include "core/words.h"

typedef struct habit {
    const char *typed;
    const char *say;
} habit;

static const habit flags[] = {
    { "-i", "the footage is named without a flag" },
    { "--input", "the footage is named without a flag" },
    { "-ss", "write --from TIME" },
    { "--ss", "write --from TIME" },
    { "-to", "write --to TIME" },
    { "-t", "write --to TIME" },
    { "--duration", "write --to TIME" },
    { "-r", "write --fps N, for picture sequences" },
    { "-framerate", "write --fps N, for picture sequences" },
    { "--frame-rate", "write --fps N, for picture sequences" },
    { "-c:v", "write --codec NAME" },
    { "-vcodec", "write --codec NAME" },
    { "--encoder", "write --codec NAME" },
    { "-crf", "write --quality N" },
    { "--crf", "write --quality N" },
    { "-pix_fmt", "write --pixel-format NAME" },
    { "--pix-fmt", "write --pixel-format NAME" },
    { "-vf", "write --effect GRAPH" },
    { "--vf", "write --effect GRAPH" },
    { "--filter", "write --effect GRAPH" },
    { "-filter_complex", "write --effect GRAPH" },
    { "-an", "write --no-audio" },
    { "--mute", "write --no-audio" },
    { "-x264-params", "write --encoder-options key=value:..." },
    { "--text", "write --title TEXT" },
    { "--caption", "write --title TEXT" },
    { "--image", "write --insert FILE" },
    { "--logo", "write --insert FILE" },
    { "--overlay", "write --insert FILE" },
    { "--box", "write --select X,Y,W,H@TIME" },
    { "--fontsize", "write --size" },
    { "--font-size", "write --size" },
    { "--point-size", "write --size" },
    { "--fill", "write --colour" },
    { "--position", "write --x and --y" },
    { "--gravity", "write --x and --y" },
    { "--blur", "write --effect zblur=radius=0.02, or --feather for the matte's edge" },
    { "--threshold", "write --depth-in" },
    { "--near", "write --depth-in and --depth-out" },
    { "--far", "write --depth-in and --depth-out" },
    { "--jobs", "write --threads N" },
    { "-j", "write --threads N" },
    { "--force", "write -y" },
    { "-f", "the output's ending chooses the format; to replace it, write -y" },
    { "--format", "the output's ending chooses the format" },
    { "--silent", "write --quiet" },
    { "--debug", "write --verbose" },
    { "--loglevel", "write --quiet or --verbose" },
    { "-loglevel", "write --quiet or --verbose" },
    { "--usage", "write --help" },
    { "-?", "write --help" },
    { "--gpu", "depth is found on the processor; there is nothing to choose" },
    { "--device", "depth is found on the processor; there is nothing to choose" },
};

static const habit verbs[] = {
    { "config", "zdepth help config tells of the configuration file" },
    { "convert", "zdepth filter applies effects and zdepth depth writes depth" },
    { "download", "zdepth models install NAME brings a network here" },
    { "export", "zdepth render renders a project" },
    { "gui", "zdepth-studio is the desktop application" },
    { "install", "zdepth models install NAME brings a network here" },
    { "list", "zdepth models list and zdepth cache list are meant" },
    { "mask", "zdepth matte writes the matte" },
    { "new", "zdepth init writes a project" },
    { "overlay", "zdepth composite puts pictures between the layers" },
    { "play", "zdepth view writes a movie to look at" },
    { "preview", "zdepth view writes a movie to look at" },
    { "probe", "zdepth info tells what footage is" },
    { "run", "zdepth render renders a project" },
    { "segment", "zdepth matte writes the matte" },
    { "title", "zdepth composite FOOTAGE --title TEXT puts a title between the layers" },
};

static const char *say(const habit *list, size_t count, const char *typed)
{
    for (size_t i = 0; i < count; i++) {
        if (zd_word_same(list[i].typed, typed)) {
            return list[i].say;
        }
    }
    return NULL;
}

const char *zd_habit_of_flag(const char *flag)
{
    return say(flags, sizeof flags / sizeof *flags, flag);
}

const char *zd_habit_of_verb(const char *word)
{
    return say(verbs, sizeof verbs / sizeof *verbs, word);
}

const char *zd_meant_verb(const char *word, char *to, size_t size)
{
    assert(size > 0);
    zd_nearest_word nearest = zd_nearest_word_begin(word);
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        zd_nearest_word_try(&nearest, zd_verbs[i]->name);
    }
    return zd_did_you_mean(&nearest, "zdepth ", to, size);
}

static void try_flags(zd_nearest_word *nearest, const zd_flag *list)
{
    for (int i = 0; list != NULL && list[i].name != NULL; i++) {
        zd_nearest_word_try(nearest, list[i].name);
    }
}

const char *zd_meant_flag(const zd_verb *verb, const char *name, char *to, size_t size)
{
    assert(size > 0);
    zd_nearest_word nearest = zd_nearest_word_begin(name);
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        if (zd_verb_takes(verb, (zd_param_id) id)) {
            zd_nearest_word_try(&nearest, zd_param_describe((zd_param_id) id)->name);
        }
    }
    try_flags(&nearest, verb->flags);
    for (int i = 0; zd_global_flags[i].name != NULL; i++) {
        if (zd_verb_takes_global(verb, i)) {
            zd_nearest_word_try(&nearest, zd_global_flags[i].name);
        }
    }
    for (int i = 0; zd_verb_takes_boxes(verb) && zd_cli_box_flags[i].name != NULL; i++) {
        zd_nearest_word_try(&nearest, zd_cli_box_flags[i].name);
    }
    return zd_did_you_mean(&nearest, "--", to, size);
}
