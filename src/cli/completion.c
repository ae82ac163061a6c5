/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Shell completion, from the same tables as the help. What depends on the machine, networks and fonts,
 * the scripts ask for when it is needed. */

#include <assert.h>
#include <string.h>

#include "cli/cli.h"
#include "cli/help_topics.h"

/* What a value is, as far as the shells can complete it. */
typedef enum value_kind {
    VALUE_NONE, /* a switch */
    VALUE_FREE, /* numbers, texts */
    VALUE_FILE,
    VALUE_FOLDER,
    VALUE_WORDS,
    VALUE_MODEL,
    VALUE_FACE_MODEL,
    VALUE_FONT,
} value_kind;

/** One flag of one verb, wherever it is from. */
typedef struct item {
    char name[ZD_CLI_FLAG_SIZE]; /* without the dashes */
    const char *help;
    value_kind kind;
    const char *const *choices; /* of VALUE_WORDS; ends with NULL */
    const char *bars;           /* the same as "a|b|c", in place of `choices`; or NULL */
} item;

typedef void (*visitor)(FILE *out, const zd_verb *verb, const item *it);

static const char *const colours[] = { "white", "black", "red",    "gold", "orange", "yellow",
                                       "green", "blue",  "purple", "gray", "silver", NULL };
/* The built-in ones (tests/cli/completion.py holds them to zdepth help effects), and how FFmpeg's begin. */
static const char *const effects[] = { "zblur",   "zrack=x=",       "zfog",        "zhaze",
                                       "zglow",   "zgrade",         "zdepthgrade", "zrelight",
                                       "zreveal", "zpaint",         "zposter",     "zcomic",
                                       "zpencil", "zwater",         "zparallax",   "zstereo",
                                       "zstyle",  "zdisplace",      "zfreeze",     "zclone",
                                       "hue=s=0", "gblur=sigma=20", "frei0r=",     NULL };

static void dash(char *name)
{
    for (; *name != '\0'; name++) {
        *name = *name == '_' ? '-' : *name;
    }
}

static item item_of_param(zd_param_id id)
{
    assert(id < ZD_PARAM_COUNT);
    const zd_param_desc *desc = zd_param_describe(id);
    item it = { .help = desc->label, .kind = VALUE_FREE, .choices = desc->choices };
    snprintf(it.name, sizeof it.name, "%s", desc->name);
    dash(it.name);
    it.kind = desc->type == ZD_PARAM_BOOL     ? VALUE_NONE
              : desc->type == ZD_PARAM_CHOICE ? VALUE_WORDS
              : desc->type == ZD_PARAM_PATH   ? VALUE_FILE
                                              : VALUE_FREE;
    if (id == ZD_P_MODEL) {
        it.kind = VALUE_MODEL;
    } else if (id == ZD_P_FONT) {
        it.kind = VALUE_FONT;
    } else if (id == ZD_P_FACE_MODEL) {
        it.kind = VALUE_FACE_MODEL;
    } else if (desc->type == ZD_PARAM_COLOUR || id == ZD_P_EFFECT) {
        it.kind = VALUE_WORDS;
        it.choices = id == ZD_P_EFFECT ? effects : colours;
    }
    return it;
}

/* What a flag's value is called tells what it is; one that is chosen is called by its choices. */
static value_kind kind_of_flag(const zd_flag *flag)
{
    const char *value = flag->value;
    if (value == NULL) {
        return VALUE_NONE;
    }
    if (strcmp(value, "FILE") == 0 || strcmp(value, "PROJECT") == 0) {
        return VALUE_FILE;
    }
    if (strcmp(value, "FOLDER") == 0) {
        return VALUE_FOLDER;
    }
    if (strchr(value, '|') != NULL) {
        return VALUE_WORDS;
    }
    return strcmp(flag->name, "model") == 0        ? VALUE_MODEL
           : strcmp(flag->name, "face-model") == 0 ? VALUE_FACE_MODEL
                                                   : VALUE_FREE;
}

static item item_of_flag(const zd_flag *flag)
{
    item it = { .help = flag->help, .kind = kind_of_flag(flag) };
    it.bars = it.kind == VALUE_WORDS ? flag->value : NULL;
    snprintf(it.name, sizeof it.name, "%s", flag->name);
    return it;
}

static void visit_flag(FILE *out, const zd_verb *verb, const zd_flag *flag, visitor visit)
{
    item it = item_of_flag(flag);
    visit(out, verb, &it);
}

static void visit_param(FILE *out, const zd_verb *verb, zd_param_id id, visitor visit)
{
    item it = item_of_param(id);
    visit(out, verb, &it);
    if (zd_param_describe(id)->type == ZD_PARAM_BOOL) {
        item no = it;
        snprintf(no.name, sizeof no.name, "no-%.*s", (int) sizeof no.name - 4, it.name);
        visit(out, verb, &no);
    }
}

static void visit_items(FILE *out, const zd_verb *verb, visitor visit)
{
    for (int i = 0; verb->flags != NULL && verb->flags[i].name != NULL; i++) {
        visit_flag(out, verb, &verb->flags[i], visit);
    }
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        if (id != ZD_P_FOOTAGE && zd_verb_takes(verb, (zd_param_id) id)) {
            visit_param(out, verb, (zd_param_id) id, visit);
        }
    }
    for (int i = 0; zd_verb_takes_boxes(verb) && zd_cli_box_flags[i].name != NULL; i++) {
        const zd_cli_box_flag *box = &zd_cli_box_flags[i];
        visit_flag(out, verb, &(zd_flag){ box->name, box->value, box->help }, visit);
    }
    for (int i = 0; zd_global_flags[i].name != NULL; i++) {
        if (zd_verb_takes_global(verb, i)) {
            visit_flag(out, verb, &zd_global_flags[i], visit);
        }
    }
}

static bool has_first_words(const zd_verb *verb)
{
    return verb->words != NULL || strcmp(verb->name, "help") == 0 || strcmp(verb->name, "man") == 0;
}

/* Behind its first words, where it has some. */
static bool takes_files(const zd_verb *verb)
{
    return verb->max_positional > (has_first_words(verb) ? 1 : 0) &&
           strcmp(verb->name, "models") != 0;
}

/* The first sentence's length: a point within a name ends none. */
static size_t sentence(const char *help)
{
    size_t length = strcspn(help, ".;\n");
    while (help[length] == '.' && help[length + 1] > ' ') {
        length += 1 + strcspn(help + length + 1, ".;\n");
    }
    return length;
}

/* Up to the first full stop, without what the shell's quotes would end at. */
static void put_help(FILE *out, const char *help)
{
    size_t length = sentence(help);
    for (size_t i = 0; i < length; i++) {
        if (strchr("'\"\\[]:`$", help[i]) == NULL) {
            fputc(help[i], out);
        }
    }
}

static void put_words(FILE *out, const item *it)
{
    for (const char *at = it->bars; at != NULL && *at != '\0'; at++) {
        fputc(*at == '|' ? ' ' : *at, out);
    }
    for (int i = 0; it->choices != NULL && it->choices[i] != NULL; i++) {
        fprintf(out, "%s%s", i > 0 ? " " : "", it->choices[i]);
    }
}

/* Whether a flag of this name takes a value in some verbs and none in others. */
static bool is_switch_too(const char *name)
{
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        int at = zd_flag_index(zd_verbs[i]->flags, name);
        if (at >= 0 && zd_verbs[i]->flags[at].value == NULL) {
            return true;
        }
    }
    return false;
}

static void put_valued_flag(FILE *out, const zd_flag *flag)
{
    if (flag->value != NULL && !is_switch_too(flag->name)) {
        fprintf(out, " --%s", flag->name);
        char letter = zd_flag_letter(flag->name);
        if (letter != '\0') {
            fprintf(out, " -%c", letter);
        }
    }
}

/* Whether a verb's flag was told with the parameters, the flags of all verbs or an earlier verb. */
static bool is_told(int verb, const char *name)
{
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        if (strcmp(item_of_param((zd_param_id) id).name, name) == 0) {
            return true;
        }
    }
    for (int i = 0; i < verb; i++) {
        if (zd_flag_index(zd_verbs[i]->flags, name) >= 0) {
            return true;
        }
    }
    return zd_flag_index(zd_global_flags, name) >= 0;
}

/* All flags that the word behind is a value of, whatever the verb: it is then no file and no verb. */
static void put_valued(FILE *out)
{
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        item it = item_of_param((zd_param_id) id);
        put_valued_flag(out, &(zd_flag){ it.name, it.kind == VALUE_NONE ? NULL : "", NULL });
    }
    for (int i = 0; zd_cli_box_flags[i].name != NULL; i++) {
        const zd_cli_box_flag *box = &zd_cli_box_flags[i];
        put_valued_flag(out, &(zd_flag){ box->name, box->value, NULL });
    }
    for (int i = 0; zd_global_flags[i].name != NULL; i++) {
        put_valued_flag(out, &zd_global_flags[i]);
    }
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        for (const zd_flag *f = zd_verbs[i]->flags; f != NULL && f->name != NULL; f++) {
            if (!is_told(i, f->name)) {
                put_valued_flag(out, f);
            }
        }
    }
}

static void put_global(FILE *out)
{
    for (int i = 0; zd_global_flags[i].name != NULL; i++) {
        fprintf(out, " --%s", zd_global_flags[i].name);
    }
    fputs(" --version", out);
}

static void put_verbs(FILE *out)
{
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        fprintf(out, "%s%s", i > 0 ? " " : "", zd_verbs[i]->name);
    }
}

static void put_topics(FILE *out)
{
    put_verbs(out);
    fputs(" effects", out);
    for (const zd_help_topic *topic = zd_help_topics; topic->name != NULL; topic++) {
        fprintf(out, " %s", topic->name);
    }
}

/* The words behind a verb. */
static void put_first_words(FILE *out, const zd_verb *verb)
{
    assert(has_first_words(verb));
    if (strcmp(verb->name, "help") == 0) {
        put_topics(out);
    } else if (strcmp(verb->name, "man") == 0) {
        put_verbs(out);
    } else if (verb->words != NULL) {
        fputs(verb->words, out);
    }
}

/* ---- bash ---- */

static void bash_flag(FILE *out, const zd_verb *verb, const item *it)
{
    (void) verb;
    fprintf(out, " --%s", it->name);
}

static void bash_value(FILE *out, const zd_verb *verb, const item *it)
{
    (void) verb;
    switch (it->kind) {
    case VALUE_FREE:
        fprintf(out, "        --%s) return;;\n", it->name);
        break;
    case VALUE_FILE:
        fprintf(out, "        --%s) _zdepth_files; return;;\n", it->name);
        break;
    case VALUE_FOLDER:
        fprintf(out, "        --%s) _zdepth_files -d; return;;\n", it->name);
        break;
    case VALUE_WORDS:
        fprintf(out, "        --%s) _zdepth_words \"", it->name);
        put_words(out, it);
        fputs("\"; return;;\n", out);
        break;
    case VALUE_MODEL:
        fprintf(out,
                "        --%s) _zdepth_words \"auto $(_zdepth_models --for depth)\"; return;;\n",
                it->name);
        break;
    case VALUE_FACE_MODEL:
        fprintf(out, "        --%s) _zdepth_words \"$(_zdepth_models --for faces)\"; return;;\n",
                it->name);
        break;
    case VALUE_FONT:
        fprintf(out,
                "        --%s) mapfile -t COMPREPLY < <(fc-list : family 2>/dev/null | sort -u | "
                "grep -i \"^$cur\"); return;;\n",
                it->name);
        break;
    case VALUE_NONE:
        break;
    }
}

static void bash_verb(FILE *out, const zd_verb *verb)
{
    fprintf(out, "    %s)\n        case $flag in\n", verb->name);
    visit_items(out, verb, bash_value);
    fputs(
        "        -o) _zdepth_files; return;;\n        esac\n        case $cur in\n        -*) _zdepth_words \"",
        out);
    visit_items(out, verb, bash_flag);
    fputs("\"; return;;\n        esac\n", out);
    if (has_first_words(verb)) {
        fputs("        if [ \"$place\" -eq 1 ]; then _zdepth_words \"", out);
        put_first_words(out, verb);
        fputs("\"; return; fi\n", out);
    }
    if (strcmp(verb->name, "models") == 0) {
        fputs("        _zdepth_words \"$(_zdepth_models)\"; return;;\n", out);
    } else {
        fputs(takes_files(verb) ? "        _zdepth_files;;\n" : "        return;;\n", out);
    }
}

static void bash(FILE *out)
{
    fputs(
        "# bash completion for zdepth\n"
        "_zdepth_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); }\n"
        "_zdepth_files() {\n"
        "    compopt -o filenames 2>/dev/null\n"
        "    mapfile -t COMPREPLY < <(compgen \"${1:--f}\" -- \"$cur\")\n"
        "}\n"
        "_zdepth_models() { zdepth models list \"$@\" 2>/dev/null | cut -d ' ' -f 1; }\n"
        "_zdepth() {\n"
        "    local cur=${COMP_WORDS[COMP_CWORD]} flag=${COMP_WORDS[COMP_CWORD-1]} verb= at place=0\n"
        "    local valued=\"",
        out);
    put_valued(out);
    fputs(
        " \"\n"
        "    COMPREPLY=()\n"
        "    if [ \"$cur\" = = ]; then cur=; elif [ \"$flag\" = = ]; then\n"
        "        flag=${COMP_WORDS[COMP_CWORD-2]}; fi\n"
        "    for ((at = 1; at < COMP_CWORD; at++)); do\n"
        "        case ${COMP_WORDS[at]} in\n"
        "        -*) if [ \"${COMP_WORDS[at+1]}\" = = ]; then ((at += 2))\n"
        "            elif [[ $valued == *\" ${COMP_WORDS[at]} \"* ]]; then ((at++)); fi;;\n"
        "        *) if [ -z \"$verb\" ]; then verb=${COMP_WORDS[at]}; else place=$((place+1)); fi;;\n"
        "        esac\n"
        "    done\n"
        "    place=$((place+1))\n"
        "    case $verb in\n"
        "    '') case $flag in\n"
        "        --cache) _zdepth_files -d; return;;\n"
        "        --project) _zdepth_files; return;;\n"
        "        --threads|--cpu-mask) return;;\n"
        "        esac\n"
        "        _zdepth_words \"",
        out);
    put_verbs(out);
    put_global(out);
    fputs("\";;\n", out);
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        bash_verb(out, zd_verbs[i]);
    }
    fputs("    esac\n}\ncomplete -F _zdepth zdepth\n", out);
}

/* ---- zsh ---- */

static void zsh_item(FILE *out, const zd_verb *verb, const item *it)
{
    (void) verb;
    fprintf(out, " \\\n            '%s--%s%s[", it->kind == VALUE_NONE ? "" : "*", it->name,
            it->kind == VALUE_NONE ? "" : "=");
    put_help(out, it->help);
    fputc(']', out);
    switch (it->kind) {
    case VALUE_NONE:
        break;
    case VALUE_FREE:
        fputs(":value: ", out);
        break;
    case VALUE_FILE:
        fputs(":file:_files", out);
        break;
    case VALUE_FOLDER:
        fputs(":folder:_files -/", out);
        break;
    case VALUE_WORDS:
        fputs(":which:(", out);
        put_words(out, it);
        fputc(')', out);
        break;
    case VALUE_MODEL:
        fputs(":model:_zdepth_depth_models", out);
        break;
    case VALUE_FACE_MODEL:
        fputs(":model:_zdepth_face_models", out);
        break;
    case VALUE_FONT:
        fputs(":font:_zdepth_fonts", out);
        break;
    }
    fputc('\'', out);
}

static void zsh_verb(FILE *out, const zd_verb *verb)
{
    fprintf(out, "    %s)\n        _arguments -S", verb->name);
    visit_items(out, verb, zsh_item);
    fputs(" \\\n            '-o+[Output]:file:_files'", out);
    if (has_first_words(verb)) {
        fputs(" \\\n            '1:what:(", out);
        put_first_words(out, verb);
        fputs(")'", out);
    }
    if (strcmp(verb->name, "models") == 0) {
        fputs(" \\\n            '2:model:_zdepth_models'", out);
    } else if (takes_files(verb)) {
        fputs(" \\\n            '*:file:_files'", out);
    }
    fputs(";;\n", out);
}

static void zsh(FILE *out)
{
    fputs("#compdef zdepth\n"
          "_zdepth_list() { zdepth models list \"$@\" 2>/dev/null | cut -d ' ' -f 1 }\n"
          "_zdepth_models() { compadd -- $(_zdepth_list) }\n"
          "_zdepth_depth_models() { compadd -- auto $(_zdepth_list --for depth) }\n"
          "_zdepth_face_models() { compadd -- $(_zdepth_list --for faces) }\n"
          "_zdepth_fonts() { local -a fonts; fonts=(${(f)\"$(fc-list : family 2>/dev/null)\"}); "
          "compadd -a fonts }\n"
          "_zdepth() {\n"
          "    local -a verbs\n"
          "    verbs=(",
          out);
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        fprintf(out, "\n        '%s:", zd_verbs[i]->name);
        put_help(out, zd_verbs[i]->summary);
        fputc('\'', out);
    }
    fputs(")\n    local -i at=2\n    local valued=\"", out);
    put_valued(out);
    fputs(" \"\n"
          "    while (( at < CURRENT )) && [[ $words[at] == -* ]]; do\n"
          "        [[ $valued == *\" $words[at] \"* ]] && (( at++ ))\n"
          "        (( at++ ))\n"
          "    done\n"
          "    if (( at > CURRENT )); then\n        _files\n        return\n    fi\n"
          "    if (( at == CURRENT )); then\n"
          "        if [[ $words[CURRENT] == -* ]]; then compadd --",
          out);
    put_global(out);
    fputs("; else _describe verb verbs; fi\n        return\n    fi\n"
          "    shift $(( at - 1 )) words\n    (( CURRENT -= at - 1 ))\n    case $words[1] in\n",
          out);
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        zsh_verb(out, zd_verbs[i]);
    }
    fputs(
        "    esac\n}\n"
        "if [ \"$funcstack[1]\" = _zdepth ]; then _zdepth \"$@\"; else compdef _zdepth zdepth; fi\n",
        out);
}

/* ---- fish ---- */

static void fish_condition(FILE *out, const zd_verb *verb)
{
    fprintf(out, "complete -c zdepth -n '__zdepth_is %s'", verb->name);
}

/* Whether the verb's first word is there. */
static void fish_later(FILE *out, const zd_verb *verb)
{
    fprintf(out, "complete -c zdepth -n '__zdepth_is %s; and not __zdepth_first %s'", verb->name,
            verb->name);
}

static void fish_flag(FILE *out, const char *condition, const item *it)
{
    fprintf(out, "complete -c zdepth -n '%s' -l %s", condition, it->name);
    switch (it->kind) {
    case VALUE_NONE:
        break;
    case VALUE_FREE:
        fputs(" -x", out);
        break;
    case VALUE_FILE:
        fputs(" -r -F", out);
        break;
    case VALUE_FOLDER:
        fputs(" -x -a '(__fish_complete_directories)'", out);
        break;
    case VALUE_WORDS:
        fputs(" -x -a '", out);
        put_words(out, it);
        fputc('\'', out);
        break;
    case VALUE_MODEL:
        fputs(" -x -a 'auto (zdepth models list --for depth | string split -f 1 \" \")'", out);
        break;
    case VALUE_FACE_MODEL:
        fputs(" -x -a '(zdepth models list --for faces | string split -f 1 \" \")'", out);
        break;
    case VALUE_FONT:
        fputs(" -x -a '(fc-list : family)'", out);
        break;
    }
    fputs(" -d '", out);
    put_help(out, it->help);
    fputs("'\n", out);
}

static void fish_item(FILE *out, const zd_verb *verb, const item *it)
{
    char condition[64];
    snprintf(condition, sizeof condition, "__zdepth_is %s", verb->name);
    fish_flag(out, condition, it);
}

static void fish_verb(FILE *out, const zd_verb *verb)
{
    visit_items(out, verb, fish_item);
    if (has_first_words(verb)) {
        fprintf(out, "complete -c zdepth -n '__zdepth_first %s' -a '", verb->name);
        put_first_words(out, verb);
        fputs("'\n", out);
    }
    if (strcmp(verb->name, "models") == 0) {
        fish_later(out, verb);
        fputs(" -a '(zdepth models list | string split -f 1 \" \")'\n", out);
    } else if (takes_files(verb) && has_first_words(verb)) {
        fish_later(out, verb);
        fputs(" -F\n", out);
    } else if (takes_files(verb)) {
        fish_condition(out, verb);
        fputs(" -F\n", out);
    }
}

static void fish_start(FILE *out)
{
    fputs("set -g __zdepth_valued", out);
    put_valued(out);
    fputs("\n"
          "function __zdepth_words # neither flags nor their values\n"
          "    set -l skip 0\n"
          "    set -l words (commandline -opc)\n"
          "    set -e words[1]\n"
          "    for word in $words\n"
          "        if test $skip -eq 1\n"
          "            set skip 0\n"
          "        else if not string match -q -- '-*' $word\n"
          "            echo $word\n"
          "        else if contains -- $word $__zdepth_valued\n"
          "            set skip 1\n"
          "        end\n"
          "    end\n"
          "end\n"
          "function __zdepth_none\n"
          "    test (count (__zdepth_words)) -eq 0\n"
          "end\n"
          "function __zdepth_is\n"
          "    set -l words (__zdepth_words)\n"
          "    test \"$words[1]\" = $argv[1]\n"
          "end\n"
          "function __zdepth_first\n"
          "    set -l words (__zdepth_words)\n"
          "    test (count $words) -eq 1 -a \"$words[1]\" = $argv[1]\n"
          "end\n"
          "complete -c zdepth -f\n",
          out);
    for (int i = 0; zd_global_flags[i].name != NULL; i++) {
        item it = item_of_flag(&zd_global_flags[i]);
        fish_flag(out, "__zdepth_none", &it);
    }
    fputs("complete -c zdepth -n __zdepth_none -l version -d 'Show the version'\n", out);
}

static void fish(FILE *out)
{
    fish_start(out);
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        fprintf(out, "complete -c zdepth -n __zdepth_none -a %s -d '", zd_verbs[i]->name);
        put_help(out, zd_verbs[i]->summary);
        fputs("'\n", out);
        fish_verb(out, zd_verbs[i]);
    }
}

void zd_completion_print(FILE *out, const char *shell)
{
    if (strcmp(shell, "bash") == 0) {
        bash(out);
    } else if (strcmp(shell, "zsh") == 0) {
        zsh(out);
    } else {
        fish(out);
    }
}
