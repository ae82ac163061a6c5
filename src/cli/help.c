/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Help for people, from the tables. */

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli/cli.h"
#include "cli/help_topics.h"

enum { HELP_WIDTH = 88, NARROWEST = 60, WIDEST = 110, HELP_INDENT = 28 };

/* As wide as the terminal, within reason. */
static int width_of(FILE *out)
{
    struct winsize size;
    const char *columns = getenv("COLUMNS");
    int width = columns != NULL ? (int) strtol(columns, NULL, 10) : 0;
    if (width <= 0 && isatty(fileno(out)) && ioctl(fileno(out), TIOCGWINSZ, &size) == 0) {
        width = size.ws_col;
    }
    width = width > 0 ? width : HELP_WIDTH;
    return width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width;
}

/* Breaks lines at blanks, and behind a '|' where choices are listed. */
static void print_wrapped(FILE *out, const char *text, int indent, int column)
{
    assert(indent >= 0 && column >= 0);
    int width = width_of(out);
    bool has_blank = false;
    while (*text != '\0') {
        size_t length = strcspn(text, " \n|");
        length += text[length] == '|';
        if (column + has_blank + (int) length > width && column > indent) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
            has_blank = false;
        }
        if (has_blank && length > 0) {
            fputc(' ', out);
            column++;
            has_blank = false;
        }
        fwrite(text, 1, length, out);
        column += (int) length;
        text += length;
        if (*text == '\n') {
            fputs("\n", out);
            bool is_more = text[1] != '\0' && text[1] != '\n';
            fprintf(out, "%*s", is_more ? indent : 0, "");
            column = indent;
            has_blank = false;
            text++;
        } else if (*text == ' ') {
            has_blank = true;
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
    assert(desc->choices != NULL && size > 0);
    size_t used = 0;
    to[0] = '\0';
    for (int i = 0; desc->choices[i] != NULL && used < size; i++) {
        used +=
            (size_t) snprintf(to + used, size - used, "%s%s", i > 0 ? "|" : "", desc->choices[i]);
    }
}

const char *zd_help_value_name(const zd_param_desc *desc)
{
    static const char *const names[] = {
        [ZD_PARAM_BOOL] = "",         [ZD_PARAM_INT] = "N",     [ZD_PARAM_NUMBER] = "NUMBER",
        [ZD_PARAM_CHOICE] = "WHICH",  [ZD_PARAM_TEXT] = "TEXT", [ZD_PARAM_PATH] = "FILE",
        [ZD_PARAM_COLOUR] = "COLOUR", [ZD_PARAM_TIME] = "TIME",
    };
    bool is_own = desc->type == ZD_PARAM_TEXT && desc->unit[0] != '\0' && desc->unit[0] >= 'A' &&
                  desc->unit[0] <= 'Z';
    return is_own ? desc->unit : names[desc->type];
}

/* Numbers that have limits tell them; a million either way is none. */
static int range_text(const zd_param_desc *desc, char *to, size_t size)
{
    bool is_number = desc->type == ZD_PARAM_NUMBER || desc->type == ZD_PARAM_INT;
    if (!is_number || desc->max >= 1e6) {
        to[0] = '\0';
        return 0;
    }
    return snprintf(to, size, " %g to %g.", desc->min, desc->max);
}

void zd_help_default(const zd_verb *verb, zd_param_id id, char *to, size_t size)
{
    assert(size > 0);
    const zd_param_desc *desc = zd_param_describe(id);
    size_t used = (size_t) range_text(desc, to, size);
    bool is_told = strstr(desc->help, "Without it") != NULL;
    if (id == ZD_P_VIEW && verb != NULL && verb->view != NULL) {
        snprintf(to + used, size - used, " Default: %s.", verb->view);
    } else if (desc->type == ZD_PARAM_CHOICE) {
        snprintf(to + used, size - used, " Default: %s.", desc->choices[(int) desc->initial]);
    } else if (desc->type == ZD_PARAM_BOOL) {
        snprintf(to + used, size - used, " Default: %s.", desc->initial >= 0.5 ? "on" : "off");
    } else if (desc->initial_text != NULL) {
        snprintf(to + used, size - used, " Default: %s.", desc->initial_text);
    } else if (!is_told && (desc->type == ZD_PARAM_NUMBER || desc->type == ZD_PARAM_INT ||
                            desc->type == ZD_PARAM_TIME))
    {
        snprintf(to + used, size - used, " Default: %g.", desc->initial);
    }
    if (desc->needs_clip != NULL) {
        used = strlen(to);
        snprintf(to + used, size - used, " " ZD_PARAM_NEEDS_CLIP, desc->needs_clip);
    }
}

static void print_param(FILE *out, const zd_verb *verb, zd_param_id id)
{
    const zd_param_desc *desc = zd_param_describe(id);
    char name[ZD_CLI_FLAG_SIZE];
    char left[160];
    char choices[200] = "";
    char initial[160];
    char help[900];
    zd_cli_flag_name(id, name);
    zd_help_default(verb, id, initial, sizeof initial);
    if (desc->type == ZD_PARAM_CHOICE) {
        choices_text(desc, choices, sizeof choices);
    }
    char letter = zd_flag_letter(desc->name);
    snprintf(left, sizeof left, "%s%c%s%s%s%s", letter != '\0' ? "-" : "",
             letter != '\0' ? letter : '-', letter != '\0' ? ", " : "",
             letter != '\0' ? name : name + 1, desc->type == ZD_PARAM_BOOL ? "" : " ",
             zd_help_value_name(desc));
    snprintf(help, sizeof help, "%s%s%s%s%s", choices, choices[0] != '\0' ? ". " : "", desc->help,
             initial, (desc->flags & ZD_PARAM_KEYED) != 0 ? " Can be keyed." : "");
    print_entry(out, left, help);
}

static void print_group(FILE *out, const zd_verb *verb, zd_param_group group)
{
    assert(group < ZD_GROUP_COUNT);
    fprintf(out, "\n%s:\n", zd_param_group_label(group));
    const zd_cli_box_flag *box = zd_cli_box_flags;
    for (; group == ZD_GROUP_MATTE && zd_verb_takes_boxes(verb) && box->name != NULL; box++) {
        char left[ZD_CLI_FLAG_SIZE + 32];
        snprintf(left, sizeof left, "--%s %s[@TIME]", box->name, box->value);
        print_entry(out, left, box->help);
    }
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const zd_param_desc *desc = zd_param_describe((zd_param_id) id);
        if (desc->group == group && id != ZD_P_FOOTAGE && zd_verb_takes(verb, (zd_param_id) id)) {
            print_param(out, verb, (zd_param_id) id);
        }
    }
}

static void print_flag(FILE *out, const zd_flag *flag)
{
    char left[100];
    char letter[8] = "";
    if (zd_flag_letter(flag->name) != '\0') {
        snprintf(letter, sizeof letter, "-%c, ", zd_flag_letter(flag->name));
    }
    snprintf(left, sizeof left, "%s--%s%s%s", letter, flag->name, flag->value != NULL ? " " : "",
             flag->value != NULL ? flag->value : "");
    print_entry(out, left, flag->help);
}

static void print_flags(FILE *out, const zd_flag *flags)
{
    for (int i = 0; flags != NULL && flags[i].name != NULL; i++) {
        print_flag(out, &flags[i]);
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
    for (int i = 0; zd_global_flags[i].name != NULL; i++) {
        if (zd_verb_takes_global(verb, i)) {
            print_flag(out, &zd_global_flags[i]);
        }
    }
    if (zd_verb_takes_boxes(verb)) {
        fprintf(out, "\n");
        print_wrapped(out,
                      "Values that can be keyed are written TIME=VALUE, with commas between: "
                      "--feather \"0s=0, 48f=1.5:smooth, 4s=0\". Switches are turned off with "
                      "--no-NAME. zdepth help times, zdepth help sizes, zdepth help colours and "
                      "zdepth help keys tell how values are written.",
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
    fprintf(out, "\nAnd about all of them, with zdepth help NAME:\n");
    print_entry(out, "effects", "the built-in effects and their numbers");
    for (const zd_help_topic *topic = zd_help_topics; topic->name != NULL; topic++) {
        print_entry(out, topic->name, topic->summary);
    }
    fprintf(out, "\nExit status: 0 done, 1 failed, 2 wrong usage, 130 interrupted.\n");
}

bool zd_help_print_topic(FILE *out, const char *name)
{
    const zd_help_topic *topic = zd_help_topic_find(name);
    if (topic == NULL) {
        return false;
    }
    fprintf(out, "zdepth help %s: %s\n\n", topic->name, topic->summary);
    for (const char *at = topic->text; *at != '\0';) {
        size_t length = strcspn(at, "\n");
        char paragraph[2048];
        snprintf(paragraph, sizeof paragraph, "%.*s", (int) length, at);
        if (strncmp(at, "  ", 2) == 0) {
            fprintf(out, "%s\n", paragraph);
        } else {
            print_wrapped(out, paragraph, 0, 0);
        }
        at += length + (at[length] == '\n');
    }
    return true;
}
