/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Shell completion, from the same tables as the help. */

#include <string.h>

#include "cli/cli.h"

static void put_flag(FILE *out, const char *name)
{
    fputs(" --", out);
    for (; *name != '\0'; name++) {
        fputc(*name == '_' ? '-' : *name, out);
    }
}

static void put_flags(FILE *out, const zd_flag *flags)
{
    for (int i = 0; flags != NULL && flags[i].name != NULL; i++) {
        put_flag(out, flags[i].name);
    }
}

static void put_all_flags(FILE *out, const zd_verb *verb)
{
    put_flags(out, verb->flags);
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const zd_param_desc *desc = zd_param_describe((zd_param_id) id);
        if (id != ZD_P_FOOTAGE && zd_verb_takes(verb, (zd_param_id) id)) {
            put_flag(out, desc->name);
        }
    }
    if (zd_verb_takes_boxes(verb)) {
        fputs(" --select --deselect", out);
    }
    put_flags(out, zd_global_flags);
}

static void put_verbs(FILE *out)
{
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        fprintf(out, "%s%s", i > 0 ? " " : "", zd_verbs[i]->name);
    }
}

static void put_choices_cases(FILE *out)
{
    for (int id = 0; id < ZD_PARAM_COUNT; id++) {
        const zd_param_desc *desc = zd_param_describe((zd_param_id) id);
        if (desc->type != ZD_PARAM_CHOICE) {
            continue;
        }
        fputs("       ", out);
        put_flag(out, desc->name);
        fputs(") COMPREPLY=($(compgen -W \"", out);
        for (int i = 0; desc->choices[i] != NULL; i++) {
            fprintf(out, "%s%s", i > 0 ? " " : "", desc->choices[i]);
        }
        fputs("\" -- \"$cur\")); return;;\n", out);
    }
}

static void bash(FILE *out)
{
    fputs("# bash completion for zdepth\n_zdepth() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} "
          "verb=${COMP_WORDS[1]}\n"
          "    if [ \"$COMP_CWORD\" -eq 1 ] || [ \"$prev\" = help ]; then\n"
          "        COMPREPLY=($(compgen -W \"",
          out);
    put_verbs(out);
    fputs("\" -- \"$cur\")); return\n    fi\n    case $prev in\n", out);
    put_choices_cases(out);
    fputs("    esac\n    case $cur in -*)\n        case $verb in\n", out);
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        fprintf(out, "        %s) COMPREPLY=($(compgen -W \"", zd_verbs[i]->name);
        put_all_flags(out, zd_verbs[i]);
        fputs("\" -- \"$cur\"));;\n", out);
    }
    fputs("        esac; return;;\n    esac\n    COMPREPLY=($(compgen -f -- \"$cur\"))\n}\n"
          "complete -o filenames -F _zdepth zdepth\n",
          out);
}

static void zsh(FILE *out)
{
    fputs("#compdef zdepth\n_zdepth() {\n    if (( CURRENT == 2 )); then\n        compadd -- ",
          out);
    put_verbs(out);
    fputs("\n        return\n    fi\n    case $words[2] in\n", out);
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        fprintf(out, "    %s) compadd -- ", zd_verbs[i]->name);
        put_all_flags(out, zd_verbs[i]);
        fputs(";;\n", out);
    }
    fputs("    esac\n    _files\n}\ncompdef _zdepth zdepth\n", out);
}

static void fish(FILE *out)
{
    for (int i = 0; zd_verbs[i] != NULL; i++) {
        const zd_verb *verb = zd_verbs[i];
        fprintf(out, "complete -c zdepth -n __fish_use_subcommand -a %s -d '%s'\n", verb->name,
                verb->summary);
        for (int id = 0; id < ZD_PARAM_COUNT; id++) {
            const zd_param_desc *desc = zd_param_describe((zd_param_id) id);
            if (!zd_verb_takes(verb, (zd_param_id) id)) {
                continue;
            }
            fprintf(out, "complete -c zdepth -n '__fish_seen_subcommand_from %s' -l '", verb->name);
            for (const char *at = desc->name; *at != '\0'; at++) {
                fputc(*at == '_' ? '-' : *at, out);
            }
            fprintf(out, "' -d '%s'\n", desc->label);
        }
    }
}

bool zd_completion_print(FILE *out, const char *shell)
{
    if (strcmp(shell, "bash") == 0) {
        bash(out);
    } else if (strcmp(shell, "zsh") == 0) {
        zsh(out);
    } else if (strcmp(shell, "fish") == 0) {
        fish(out);
    } else {
        return false;
    }
    return true;
}
