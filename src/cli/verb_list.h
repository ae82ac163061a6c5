/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */
#ifndef ZD_CLI_VERB_LIST_H
#define ZD_CLI_VERB_LIST_H

/* The verbs, in the order of the help. A verb is a file cli/verbs/verb_NAME.c, its function in ZD_CLI_RUN
 * (cli/front.h), and a row here. */

#include "cli/cli.h"

#define ZD_VERBS(ROW) \
    ROW(composite)    \
    ROW(filter)       \
    ROW(depth)        \
    ROW(face)         \
    ROW(matte)        \
    ROW(view)         \
    ROW(look)         \
    ROW(tour)         \
    ROW(info)         \
    ROW(explain)      \
    ROW(init)         \
    ROW(render)       \
    ROW(batch)        \
    ROW(farm)         \
    ROW(scene)        \
    ROW(studio)       \
    ROW(models)       \
    ROW(cache)        \
    ROW(doctor)       \
    ROW(bench)        \
    ROW(help)         \
    ROW(man)          \
    ROW(completion)   \
    ROW(version)

#define ZD_VERB_DECLARE(verb) extern const zd_verb zd_verb_##verb;
ZD_VERBS(ZD_VERB_DECLARE)
#undef ZD_VERB_DECLARE

/** Tells which OpenGL scenes are rendered with, for doctor: beside the scene's verb, which is another
 *  file in a build without it. false: there is none, and why. */
bool zd_cli_describe_gl(zd_context *ctx, char *to, size_t size);

/** Writes a scene of the picture 0_frame.png in a folder as 5_scene.zscene, and renders it. */
ZD_MUST_USE zd_status zd_cli_tour_scene(zd_cli *cli, const char *folder, const char *picture,
                                        zd_error *err);

#endif
