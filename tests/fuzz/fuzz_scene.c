/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Fuzz target: any text as a scene; what parses is written and parsed again, to the same text, then
 * checked and printed. */

#include "fuzz.h"

#include "scene/scene.h"

static void check_round_trip(const zd_scene *scene, zd_context *ctx)
{
    zd_text first;
    zd_text second;
    zd_scene *again = NULL;
    zd_text_init(&first, ctx);
    zd_text_init(&second, ctx);
    if (zd_scene_write(scene, &first, NULL) != ZD_OK ||
        zd_scene_parse(ctx, "again", first.data, first.length, &again, NULL) != ZD_OK ||
        zd_scene_write(again, &second, NULL) != ZD_OK || strcmp(first.data, second.data) != 0)
    {
        abort();
    }
    zd_scene_destroy(&again);
    zd_text_release(&first);
    zd_text_release(&second);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    zd_context *ctx = fuzz_context();
    zd_scene *scene = NULL;
    zd_error err;
    if (zd_scene_parse(ctx, "fuzz", (const char *) data, size, &scene, &err) != ZD_OK) {
        return 0;
    }
    check_round_trip(scene, ctx);
    if (zd_scene_check(scene, &err) == ZD_OK) {
        zd_text out;
        zd_text_init(&out, ctx);
        if (zd_scene_print(scene, 1.0, &out, &err) != ZD_OK ||
            zd_scene_svg(scene, &out, &err) != ZD_OK) {
            abort();
        }
        zd_text_release(&out);
    }
    zd_scene_destroy(&scene);
    return 0;
}
