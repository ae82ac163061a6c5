/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The manual page, from the same tables as the help. */

#include <string.h>

#include "cli/cli.h"

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

static void dashed(FILE *out, const char *name)
{
    fputs("\\-\\-", out);
    for (; *name != '\0'; name++) {
        fputs(*name == '_' || *name == '-' ? "\\-" : (char[2]){ *name, '\0' }, out);
    }
}

static void man_flags(FILE *out, const zd_flag *flags)
{
    for (int i = 0; flags != NULL && flags[i].name != NULL; i++) {
        fputs(".TP\n.B ", out);
        dashed(out, flags[i].name);
        if (flags[i].value != NULL) {
            fprintf(out, " \\fI%s\\fR", flags[i].value);
        }
        fputc('\n', out);
        roff(out, flags[i].help);
        fputc('\n', out);
    }
}

static void man_param(FILE *out, const zd_param_desc *desc)
{
    fputs(".TP\n.B ", out);
    dashed(out, desc->name);
    if (desc->type == ZD_PARAM_CHOICE) {
        fputs(" \\fI", out);
        for (int i = 0; desc->choices[i] != NULL; i++) {
            fputs(i > 0 ? "|" : "", out);
            roff(out, desc->choices[i]);
        }
        fputs("\\fR", out);
    } else if (desc->type != ZD_PARAM_BOOL) {
        fputs(" \\fIvalue\\fR", out);
    }
    fputc('\n', out);
    roff(out, desc->help);
    if (desc->type == ZD_PARAM_NUMBER || desc->type == ZD_PARAM_INT) {
        fprintf(out, " Range %g to %g.", desc->min, desc->max);
    }
    if ((desc->flags & ZD_PARAM_KEYED) != 0) {
        fputs(" Can be keyed.", out);
    }
    fputc('\n', out);
}

static void man_verb(FILE *out, const zd_verb *verb)
{
    fprintf(out, ".SS zdepth %s ", verb->name);
    roff(out, verb->synopsis);
    fputc('\n', out);
    roff(out, verb->text);
    fputc('\n', out);
    if (verb->examples != NULL) {
        fputs(".PP\n.nf\n", out);
        roff(out, verb->examples);
        fputs(".fi\n", out);
    }
    man_flags(out, verb->flags);
}

void zd_man_print(FILE *out)
{
    fputs(".TH ZDEPTH 1 \"\" \"zdepth\" \"User Commands\"\n.SH NAME\n"
          "zdepth \\- composite between the depth layers of footage\n.SH SYNOPSIS\n"
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
        fprintf(out, ".SH PARAMETERS: %s\n", zd_param_group_label((zd_param_group) group));
        for (int id = 0; id < ZD_PARAM_COUNT; id++) {
            const zd_param_desc *desc = zd_param_describe((zd_param_id) id);
            if (desc->group == (zd_param_group) group) {
                man_param(out, desc);
            }
        }
    }
    fputs(".SH FILES\n.TP\n.I ~/.cache/zdepth/depth\nThe depth cache.\n.TP\n"
          ".I ~/.local/share/zdepth/models\nInstalled models.\n.SH EXIT STATUS\n"
          "0 done, 1 failed, 2 wrong usage, 130 interrupted.\n",
          out);
}
