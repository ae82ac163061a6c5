/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The manual page, from the same tables as the help. */

#include <assert.h>
#include <ctype.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/help_topics.h"
#include "config.h"

/* When the manual last changed in what it says. */
#define ZD_DATE "2026-11-29"

/* roff text: hyphens and backslashes escaped, no line begins with a dot. */
static void roff(FILE *out, const char *text)
{
    bool line_start = true;
    for (; *text != '\0'; text++) {
        if (line_start && (*text == '.' || *text == '\'')) {
            fputs("\\&", out);
        }
        line_start = *text == '\n';
        if (*text == '\\') {
            fputs("\\e", out);
        } else if (*text == '-') {
            fputs("\\-", out);
        } else {
            fputc(*text, out);
        }
    }
}

static void dashed_name(FILE *out, const char *name)
{
    for (; *name != '\0'; name++) {
        fputs(*name == '_' || *name == '-' ? "\\-" : (char[2]){ *name, '\0' }, out);
    }
}

static void dashed(FILE *out, const char *name)
{
    fputs("\\-\\-", out);
    dashed_name(out, name);
}

static void man_flag(FILE *out, const zd_flag *flag)
{
    fputs(".TP\n.B ", out);
    if (zd_flag_letter(flag->name) != '\0') {
        fprintf(out, "\\-%c, ", zd_flag_letter(flag->name));
    }
    dashed(out, flag->name);
    if (flag->value != NULL) {
        fprintf(out, " \\fI%s\\fR", flag->value);
    }
    fputc('\n', out);
    roff(out, flag->help);
    fputc('\n', out);
}

static void man_flags(FILE *out, const zd_flag *flags)
{
    for (int i = 0; flags != NULL && flags[i].name != NULL; i++) {
        man_flag(out, &flags[i]);
    }
}

static void man_boxes(FILE *out)
{
    for (const zd_cli_box_flag *box = zd_cli_box_flags; box->name != NULL; box++) {
        fputs(".TP\n.B \\-\\-", out);
        roff(out, box->name);
        fprintf(out, " \\fI%s[@TIME]\\fR\n", box->value);
        roff(out, box->help);
        fputc('\n', out);
    }
}

static void man_param(FILE *out, const zd_verb *verb, zd_param_id id)
{
    const zd_param_desc *desc = zd_param_describe(id);
    char initial[160];
    fputs(".TP\n.B ", out);
    if (zd_flag_letter(desc->name) != '\0') {
        fprintf(out, "\\-%c, ", zd_flag_letter(desc->name));
    }
    dashed(out, desc->name);
    if (desc->type == ZD_PARAM_BOOL) {
        fputs(", \\-\\-no\\-", out);
        dashed_name(out, desc->name);
    } else {
        fprintf(out, " \\fI%s\\fR", zd_help_value_name(desc));
    }
    fputc('\n', out);
    roff(out, desc->help);
    for (int i = 0; desc->type == ZD_PARAM_CHOICE && desc->choices[i] != NULL; i++) {
        fputs(i == 0 ? " One of " : ", ", out);
        roff(out, desc->choices[i]);
    }
    fputs(desc->type == ZD_PARAM_CHOICE ? "." : "", out);
    zd_help_default(verb, id, initial, sizeof initial);
    roff(out, initial);
    if ((desc->flags & ZD_PARAM_KEYED) != 0) {
        fputs(" Can be keyed.", out);
    }
    fputc('\n', out);
}

/* Which verbs take a group, or most of it. */
static void man_takers(FILE *out, zd_param_group group)
{
    const char *between = "Taken by";
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        if ((zd_verbs[i]->groups & 1U << group) != 0) {
            fprintf(out, "%s %s", between, zd_verbs[i]->name);
            between = ",";
        }
    }
    fputs(".\n", out);
}

/* Lines that begin with two blanks stay as they are. */
static void man_text(FILE *out, const char *text)
{
    bool is_plain = false;
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");
        bool plain = strncmp(text, "  ", 2) == 0;
        char line[2048];
        snprintf(line, sizeof line, "%.*s", (int) length, text);
        if (plain != is_plain) {
            fputs(plain ? ".PP\n.nf\n" : ".fi\n", out);
            is_plain = plain;
        }
        if (length > 0) {
            roff(out, line);
            fputc('\n', out);
        } else if (!plain && text[1] != '\0' && strncmp(text + 1, "  ", 2) != 0) {
            fputs(".PP\n", out);
        }
        text += length + (text[length] == '\n');
    }
    fputs(is_plain ? ".fi\n" : "", out);
}

static void man_examples(FILE *out, const zd_verb *verb)
{
    if (verb->examples != NULL) {
        fputs(".PP\n.nf\n", out);
        roff(out, verb->examples);
        fputs(".fi\n", out);
    }
}

static void man_verb(FILE *out, const zd_verb *verb)
{
    fprintf(out, ".SS zdepth %s ", verb->name);
    roff(out, verb->synopsis);
    fputc('\n', out);
    man_text(out, verb->text);
    man_examples(out, verb);
    man_flags(out, verb->flags);
}

static void man_group(FILE *out, zd_param_group group)
{
    assert(group < ZD_GROUP_COUNT);
    fprintf(out, ".SH PARAMETERS: %s\n", zd_param_group_label(group));
    man_takers(out, group);
    if (group == ZD_GROUP_MATTE) {
        man_boxes(out);
    }
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        if (zd_param_describe((zd_param_id) id)->group == group && id != ZD_P_FOOTAGE) {
            man_param(out, NULL, (zd_param_id) id);
        }
    }
}

/* What a verb takes of a group, under its heading. */
static void man_group_of_verb(FILE *out, const zd_verb *verb, zd_param_group group)
{
    bool has_boxes = group == ZD_GROUP_MATTE && zd_verb_takes_boxes(verb);
    if (!has_boxes && !zd_verb_takes_group(verb, group)) {
        return;
    }
    fprintf(out, ".SH PARAMETERS: %s\n", zd_param_group_label(group));
    if (has_boxes) {
        man_boxes(out);
    }
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        bool is_of_group = zd_param_describe((zd_param_id) id)->group == group;
        if (is_of_group && id != ZD_P_FOOTAGE && zd_verb_takes(verb, (zd_param_id) id)) {
            man_param(out, verb, (zd_param_id) id);
        }
    }
}

static void man_topics(FILE *out)
{
    for (const zd_help_topic *topic = zd_help_topics; topic->name != NULL; topic++) {
        bool is_exit = strcmp(topic->name, "exit") == 0;
        fputs(".SH ", out);
        for (const char *at = is_exit ? topic->summary : topic->name; *at != '\0'; at++) {
            fputc(toupper((unsigned char) *at), out);
        }
        fputc('\n', out);
        man_text(out, topic->text);
    }
}

static void man_title(FILE *out, const char *of_verb)
{
    fputs(".TH ZDEPTH", out);
    for (const char *at = of_verb; *at != '\0'; at++) {
        fputs(*at == '-' ? "\\-" : (char[2]){ (char) toupper((unsigned char) *at), '\0' }, out);
    }
    fputs(" 1 \"" ZD_DATE "\" \"zdepth " ZD_VERSION "\" \"User Commands\"\n.SH NAME\n", out);
}

/* The Studio's page is that of its own program. */
static void man_pages(FILE *out)
{
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        fprintf(out, ".BR zdepth\\-%s (1),\n", zd_verbs[i]->name);
    }
}

/* A line of the list of verbs, without its full stop. */
static void summary(FILE *out, const char *text)
{
    char line[256];
    size_t length = strlen(text);
    length -= length > 0 && text[length - 1] == '.';
    snprintf(line, sizeof line, "%.*s", (int) length, text);
    roff(out, line);
    fputc('\n', out);
}

void zd_man_print_verb(FILE *out, const zd_verb *verb)
{
    char of_verb[64];
    snprintf(of_verb, sizeof of_verb, "-%s", verb->name);
    man_title(out, of_verb);
    fprintf(out, "zdepth\\-%s \\- ", verb->name);
    summary(out, verb->summary);
    fprintf(out, ".SH SYNOPSIS\n.B zdepth %s\n", verb->name);
    roff(out, verb->synopsis);
    fputs("\n.SH DESCRIPTION\n", out);
    man_text(out, verb->text);
    if (verb->examples != NULL) {
        fputs(".SH EXAMPLES\n", out);
        man_examples(out, verb);
    }
    if (verb->flags != NULL) {
        fputs(".SH FLAGS\n", out);
        man_flags(out, verb->flags);
    }
    for (int group = 0; group < ZD_GROUP_COUNT; group++) {
        man_group_of_verb(out, verb, (zd_param_group) group);
    }
    fputs(".SH FLAGS OF MANY VERBS\n", out);
    for (int i = 0; zd_global_flags[i].name != NULL; i++) {
        if (zd_verb_takes_global(verb, i)) {
            man_flag(out, &zd_global_flags[i]);
        }
    }
    fputs(
        ".SH SEE ALSO\n.BR zdepth (1)\ntells how times, sizes, colours and keys are written, of the environment, "
        "of files and of the exit status.\n",
        out);
}

void zd_man_print(FILE *out, const char *effects)
{
    man_title(out, "");
    fputs("zdepth \\- composite between the depth layers of footage\n.SH SYNOPSIS\n"
          ".B zdepth\n\\fIverb\\fR [\\fIarguments\\fR] [\\fIflags\\fR]\n.SH DESCRIPTION\n",
          out);
    roff(out, "Finds how far every pixel of ordinary footage is from the camera, splits the "
              "picture into layers by depth and composites between them.\n");
    fputs(".SH VERBS\n", out);
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        man_verb(out, zd_verbs[i]);
    }
    fputs(".SH FLAGS FOR EVERY VERB\n", out);
    man_flags(out, zd_global_flags);
    for (int group = 0; group < ZD_GROUP_COUNT; group++) {
        man_group(out, (zd_param_group) group);
    }
    fputs(".SH EFFECTS\n", out);
    man_text(out, effects);
    man_topics(out);
    fputs(".SH FILES\n.TP\n.I ~/.config/zdepth/config\nThe configuration.\n.TP\n"
          ".I ~/.cache/zdepth/depth\nThe depth cache.\n.TP\n"
          ".I ~/.local/share/zdepth/models\nInstalled networks.\n"
          ".SH BUGS\nWhat the network that comes with the program can and cannot do is told, with "
          "figures, in models/README.md of the sources.\n"
          ".SH SEE ALSO\n",
          out);
    man_pages(out);
    fputs(".BR ffmpeg (1),\n.BR ffmpeg\\-filters (1)\n", out);
}
