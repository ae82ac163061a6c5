/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_VERB_LIST_H
#define ZD_CLI_VERB_LIST_H

/* Every verb, by the file that defines it. */

#include "cli/cli.h"

extern const zd_verb zd_verb_composite;
extern const zd_verb zd_verb_filter;
extern const zd_verb zd_verb_depth;
extern const zd_verb zd_verb_matte;
extern const zd_verb zd_verb_view;
extern const zd_verb zd_verb_info;
extern const zd_verb zd_verb_init;
extern const zd_verb zd_verb_render;
extern const zd_verb zd_verb_scene;
extern const zd_verb zd_verb_bench;
extern const zd_verb zd_verb_cache;
extern const zd_verb zd_verb_models;
extern const zd_verb zd_verb_doctor;
extern const zd_verb zd_verb_help;
extern const zd_verb zd_verb_man;
extern const zd_verb zd_verb_completion;
extern const zd_verb zd_verb_version;

#endif
