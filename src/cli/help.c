/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Help for people, from the tables. */

#include <string.h>

#include "cli/cli.h"

enum { HELP_WIDTH = 88, HELP_INDENT = 28 };

static void print_wrapped(FILE *out, const char *text, int indent, int column)
{
    while (*text != '\0') {
        size_t length = strcspn(text, " \n");
        if (column + (int) length > HELP_WIDTH && column > indent) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        }
        fwrite(text, 1, length, out);
        column += (int) length;
        text += length;
        if (*text == '\n') {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
            text++;
        } else if (*text == ' ') {
            fputc(' ', out);
            column++;
            text++;
        }
    }
    fputc('\n', out);
}

static void print_entry(FILE *out, const char *left, const char *help)
{
    int used = fprintf(out, "  %s", left);
    if (used >= HELP_INDENT - 1) {
        fprintf(out, "\n%*s", HELP_INDENT, "");
    } else {
        fprintf(out, "%*s", HELP_INDENT - used, "");
    }
    print_wrapped(out, help, HELP_INDENT, HELP_INDENT);
}

static void choices_text(const zd_param_desc *desc, char *to, size_t size)
{
    size_t used = 0;
    to[0] = '\0';
    for (int i = 0; desc->choices[i] != NULL && used < size; i++) {
        used +=
            (size_t) snprintf(to + used, size - used, "%s%s", i > 0 ? "|" : "", desc->choices[i]);
    }
}

static void default_text(const zd_param_desc *desc, char *to, size_t size)
{
    to[0] = '\0';
    if (desc->type == ZD_PARAM_CHOICE) {
        snprintf(to, size, " Default: %s.", desc->choices[(int) desc->initial]);
    } else if (desc->type == ZD_PARAM_BOOL) {
        snprintf(to, size, " Default: %s.", desc->initial >= 0.5 ? "on" : "off");
    } else if (desc->initial_text != NULL) {
        snprintf(to, size, " Default: %s.", desc->initial_text);
    } else if (strstr(desc->help, "Without it") == NULL &&
               (desc->type == ZD_PARAM_NUMBER || desc->type == ZD_PARAM_INT ||
                desc->type == ZD_PARAM_TIME))
    {
        snprintf(to, size, " %g to %g, default %g.", desc->min, desc->max, desc->initial);
    }
}

static void print_param(FILE *out, zd_param_id id)
{
    const zd_param_desc *desc = zd_param_describe(id);
    char name[ZD_CLI_FLAG_SIZE];
    char left[128];
    char choices[200] = "";
    char initial[160];
    char help[900];
    zd_cli_flag_name(id, name);
    default_text(desc, initial, sizeof initial);
    if (desc->type == ZD_PARAM_CHOICE) {
        snprintf(left, sizeof left, "%s WHICH", name);
        choices_text(desc, choices, sizeof choices);
    } else if (desc->type == ZD_PARAM_BOOL) {
        snprintf(left, sizeof left, "%s", name);
    } else {
        static const char *const values[] = { "",     "N",    "NUMBER", "",
                                              "TEXT", "FILE", "COLOUR", "TIME" };
        snprintf(left, sizeof left, "%s %s", name, values[desc->type]);
    }
    snprintf(help, sizeof help, "%s%s%s%s%s", choices, choices[0] != '\0' ? ". " : "", desc->help,
             initial, (desc->flags & ZD_PARAM_KEYED) != 0 ? " Can be keyed." : "");
    print_entry(out, left, help);
}

static void print_group(FILE *out, const zd_verb *verb, zd_param_group group)
{
    fprintf(out, "\n%s:\n", zd_param_group_label(group));
    if (group == ZD_GROUP_MATTE && zd_verb_takes_boxes(verb)) {
        print_entry(out, "--select X,Y,W,H[@TIME]",
                    "A box on the object: its depths become Depth In and Depth Out. More boxes "
                    "widen the range.");
        print_entry(out, "--deselect X,Y,W,H[@TIME]", "Takes the depths in this box out again.");
    }
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const zd_param_desc *desc = zd_param_describe((zd_param_id) id);
        if (desc->group == group && id != ZD_P_FOOTAGE && zd_verb_takes(verb, (zd_param_id) id)) {
            print_param(out, id);
        }
    }
}

static void print_flags(FILE *out, const zd_flag *flags)
{
    for (int i = 0; flags != NULL && flags[i].name != NULL; i++) {
        char left[100];
        snprintf(left, sizeof left, "--%s%s%s", flags[i].name, flags[i].value != NULL ? " " : "",
                 flags[i].value != NULL ? flags[i].value : "");
        print_entry(out, left, flags[i].help);
    }
}

void zd_help_print_verb(FILE *out, const zd_verb *verb)
{
    fprintf(out, "zdepth %s: %s\n\nUsage: zdepth %s %s\n\n", verb->name, verb->summary, verb->name,
            verb->synopsis);
    print_wrapped(out, verb->text, 0, 0);
    if (verb->examples != NULL) {
        fprintf(out, "\nExamples:\n%s", verb->examples);
    }
    if (verb->flags != NULL) {
        fprintf(out, "\nFlags of %s:\n", verb->name);
        print_flags(out, verb->flags);
    }
    for (int group = 0; group < ZD_GROUP_COUNT; group++) {
        if (zd_verb_takes_group(verb, (zd_param_group) group)) {
            print_group(out, verb, (zd_param_group) group);
        }
    }
    fprintf(out, "\nFor every verb:\n");
    print_flags(out, zd_global_flags);
    if (zd_verb_takes_boxes(verb)) {
        fprintf(out, "\n");
        print_wrapped(out,
                      "Values that can be keyed are written TIME=VALUE, TIME=VALUE:smooth or "
                      "TIME=VALUE:hold, with commas between: --feather \"0s=0, f48=1.5:smooth, "
                      "4s=0\". Switches are turned off with --no-NAME.",
                      0, 0);
    }
}

void zd_help_print(FILE *out)
{
    fprintf(out, "zdepth finds how far everything in a picture is from the camera and lets you "
                 "work between\nthe layers: a title behind a person, an effect on the background "
                 "only.\n\n"
                 "  zdepth composite clip.mp4 --title \"HELLO\" -o out.mp4\n"
                 "      puts a title between the person and the background\n\n"
                 "Verbs (zdepth help VERB tells more):\n");
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        print_entry(out, zd_verbs[i]->name, zd_verbs[i]->summary);
    }
    fprintf(out, "\nExit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.\n");
}
