/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Parts of the Studio beside its documents: effects as chains, sequences, settings, shapes. No display is
 * needed. */

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <zdepth/zdepth.h>

#include "zd_chain.h"
#include "zd_sequence.h"
#include "zd_settings.h"
#include "zd_shapes.h"
#include "zd_test.h"

static zdepth_context *context;

/* ---- chains ---- */

static void check_chain(const char *text, int steps)
{
    GPtrArray *chain = zd_chain_parse(text);
    REQUIRE_INT(chain != NULL ? (int) chain->len : -1, steps);
    if (chain != NULL) {
        g_autofree char *again = zd_chain_format(chain);
        REQUIRE_TEXT(again, text);
        g_ptr_array_unref(chain);
    }
}

static void a_chain_is_read_and_written(void)
{
    check_chain("", 0);
    check_chain("zblur", 1);
    check_chain("gblur=sigma=20,hue=s=0:b=1", 2);
    check_chain("geq=lum='p(X,Y)':cb=128,hue=s=0", 2);
    check_chain("geq=lum=p(X\\,Y),vflip", 2);
    check_chain("gblur=20", -1); /* a value without a name */
    check_chain("split[a][b];[a][b]blend", -1);
    check_chain("gblur=sigma=1:sigma=2", -1);
    check_chain(",", -1);
    GPtrArray *chain = zd_chain_parse("gblur=sigma=20:steps=2");
    ZdStep *step = chain->pdata[0];
    zd_step_set(step, "sigma", "5");
    zd_step_set(step, "planes", "1");
    zd_step_set(step, "steps", NULL);
    g_autofree char *text = zd_chain_format(chain);
    REQUIRE_TEXT(text, "gblur=sigma=5:planes=1");
    g_ptr_array_unref(chain);
}

static void effects_tell_their_parameters(void)
{
    zdepth_effect effect;
    zdepth_effect_param param;
    int blur = zdepth_effect_find("zblur");
    REQUIRE(blur >= 0 && zdepth_effect_at(blur, &effect));
    REQUIRE_INT(effect.source, ZDEPTH_EFFECT_BUILT_IN);
    REQUIRE(zdepth_effect_param_at(blur, 0, &param));
    REQUIRE_TEXT(param.name, "focus");
    int places = 0; /* a place is two numbers, X before Y */
    for (int i = 0; zdepth_effect_param_at(blur, i, &param); i++) {
        if (param.type == ZDEPTH_EFFECT_PLACE_X) {
            REQUIRE_TEXT(param.name, "x");
            REQUIRE(zdepth_effect_param_at(blur, i + 1, &param));
            REQUIRE_INT(param.type, ZDEPTH_EFFECT_PLACE_Y);
            places++;
        }
    }
    REQUIRE_INT(places, 1);
    int gblur = zdepth_effect_find("gblur");
    REQUIRE(gblur >= 0 && zdepth_effect_at(gblur, &effect));
    bool has_sigma = false;
    for (int i = 0; i < effect.param_count; i++) {
        REQUIRE(zdepth_effect_param_at(gblur, i, &param));
        has_sigma = has_sigma || (g_str_equal(param.name, "sigma") && param.max == 1024.0 &&
                                  param.initial == 0.5);
    }
    REQUIRE(has_sigma);
    REQUIRE_INT(zdepth_effect_find("movie"), -1); /* reads a file */
    REQUIRE_INT(zdepth_effect_find("drawtext"), -1);
    REQUIRE(!zdepth_effect_at(10000, &effect) && !zdepth_effect_param_at(gblur, 99, &param));
}

/* ---- sequences ---- */

static void a_numbered_picture_is_a_sequence(void)
{
    int count = 0;
    const char *names[] = { "shot.0101.exr",  "shot.0102.exr", "shot.103.exr",
                            "alone.0001.exr", "clip1.mp4",     "clip2.mp4" };
    g_autofree char *folder = g_dir_make_tmp("zdepth-sequence-XXXXXX", NULL);
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        REQUIRE(g_file_set_contents(path, "", 0, NULL));
    }
    g_autofree char *first = g_build_filename(folder, "shot.0101.exr", NULL);
    g_autofree char *expected = g_build_filename(folder, "shot.%04d.exr", NULL);
    g_autofree char *pattern = zd_studio_sequence_of(first, &count);
    REQUIRE_TEXT(pattern, expected);
    REQUIRE_INT(count, 2);
    for (size_t i = 2; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        REQUIRE(zd_studio_sequence_of(path, &count) == NULL);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = g_build_filename(folder, names[i], NULL);
        g_unlink(path);
    }
    g_rmdir(folder);
}

static void what_was_opened_last_is_remembered(void)
{
    g_autofree char *a = g_build_filename(g_get_user_cache_dir(), "a.mp4", NULL);
    g_autofree char *b = g_build_filename(g_get_user_cache_dir(), "b.mp4", NULL);
    REQUIRE(g_file_set_contents(a, "", 0, NULL) && g_file_set_contents(b, "", 0, NULL));
    zd_settings_add_recent(a);
    zd_settings_add_recent(b);
    zd_settings_add_recent(a);
    g_auto(GStrv) two = zd_settings_recent();
    REQUIRE_INT(g_strv_length(two), 2);
    REQUIRE_TEXT(two[0], a);
    g_unlink(a);
    g_auto(GStrv) one = zd_settings_recent();
    REQUIRE_INT(g_strv_length(one), 1);
    REQUIRE_TEXT(one[0], b);
    REQUIRE_INT(zd_settings_number("width", 7), 7);
    zd_settings_set_number("width", 900);
    REQUIRE_INT(zd_settings_number("width", 7), 900);
    g_unlink(b);
    g_autofree char *inner = g_build_filename(g_get_user_config_dir(), "zdepth", NULL);
    g_autofree char *file = g_build_filename(inner, "studio.ini", NULL);
    g_unlink(file);
    g_rmdir(inner);
}

/* ---- shapes ---- */

static void require_shapes(const char *text, const char *expected)
{
    g_autoptr(GPtrArray) shapes = zd_shape_text_parse(text);
    g_autofree char *written = zd_shape_text_write(shapes);
    REQUIRE_TEXT(written, expected);
}

static void shapes_are_read_and_written(void)
{
    static const char two[] =
        "garbage 0.1,0.2 0.4,0.2 0.4,0.9; holdout feather 1.5 @0 0.5,0.5 0.7,0.5 "
        "0.6,0.8 @2 0.6,0.5 0.8,0.5 0.7,0.8";
    require_shapes(NULL, "");
    require_shapes("", "");
    require_shapes(two, two);
    require_shapes("  garbage\t.1,.2\n.4,.2 .4,.9 ;", "garbage 0.1,0.2 0.4,0.2 0.4,0.9");
    require_shapes("holdout @3 0,0 1,0 1,1", "holdout @3 0,0 1,0 1,1");
}

static void what_is_no_shape_is_left_out(void)
{
    require_shapes("nonsense 0,0 1,0 1,1", "");
    require_shapes("garbage 0,0 1,0", "");   /* two points */
    require_shapes("garbage 0,0 1,0 1", ""); /* no point */
    require_shapes("garbage 0,0 1,0 1,1; garbage @1 0,0 1,0 1,1 @1 0,0 1,0 1,1",
                   "garbage 0,0 1,0 1,1");                           /* a time that does not rise */
    require_shapes("garbage @0 0,0 1,0 1,1 @1 0,0 1,0 1,1 0,1", ""); /* keys that differ */
}

static void a_shape_moves_evenly_between_its_keys(void)
{
    static const ZdPoint start[] = { { 0.1, 0.1 }, { 0.5, 0.1 }, { 0.5, 0.5 } };
    ZdPoint now[3];
    g_autoptr(GPtrArray) shapes = zd_shape_text_parse(NULL);
    ZdShape *shape = zd_shape_new(FALSE, start, 3);
    g_ptr_array_add(shapes, shape);
    zd_shape_move(shape, 1.0, 1, (ZdPoint){ 0.6, 0.2 }); /* of the only key, whenever */
    g_autofree char *still = zd_shape_text_write(shapes);
    REQUIRE_TEXT(still, "garbage 0.1,0.1 0.6,0.2 0.5,0.5");
    REQUIRE_INT(zd_shape_key(shape, 4.0), 1);
    REQUIRE_INT(zd_shape_key(shape, 4.0), 1); /* it is there */
    zd_shape_move(shape, 4.0, 0, (ZdPoint){ 0.3, 0.5 });
    zd_shape_at(shape, 1.0, now);
    REQUIRE_NEAR(now[0].x, 0.15, 1e-12);
    REQUIRE_NEAR(now[0].y, 0.2, 1e-12);
    REQUIRE_NEAR(now[1].x, 0.6, 1e-12);
    zd_shape_at(shape, 9.0, now);
    REQUIRE_NEAR(now[0].x, 0.3, 1e-12);
    g_autofree char *third = NULL;
    g_autoptr(GPtrArray) again = zd_shape_text_parse("garbage 0,0 1,0 1,1");
    REQUIRE_INT(zd_shape_key(again->pdata[0], 1.0 / 3.0), 1);
    third = zd_shape_text_write(again);
    g_autoptr(GPtrArray) read = zd_shape_text_parse(third);
    REQUIRE_INT(zd_shape_key(read->pdata[0], 1.0 / 3.0), 1); /* the text has rounded the time */
    REQUIRE_INT(((ZdShape *) read->pdata[0])->keys->len, 2);
    zd_shape_move(shape, 2.0, 2, (ZdPoint){ 0.7, 0.7 }); /* makes a key of what it is there */
    g_autofree char *moving = zd_shape_text_write(shapes);
    REQUIRE_TEXT(moving, "garbage @0 0.1,0.1 0.6,0.2 0.5,0.5 @2 0.2,0.3 0.6,0.2 0.7,0.7 "
                         "@4 0.3,0.5 0.6,0.2 0.5,0.5");
}

int main(void)
{
    g_autofree char *folder = g_dir_make_tmp("zdepth-studio-XXXXXX", NULL);
    g_setenv("XDG_CACHE_HOME", folder, TRUE);
    g_setenv("XDG_CONFIG_HOME", folder, TRUE);
    if (zdepth_context_create(NULL, &context, NULL) != ZDEPTH_OK) {
        return 1;
    }
    RUN(a_chain_is_read_and_written);
    RUN(effects_tell_their_parameters);
    RUN(a_numbered_picture_is_a_sequence);
    RUN(what_was_opened_last_is_remembered);
    RUN(shapes_are_read_and_written);
    RUN(what_is_no_shape_is_left_out);
    RUN(a_shape_moves_evenly_between_its_keys);
    zdepth_context_destroy(&context);
    g_autofree char *inner = g_build_filename(folder, "zdepth", "studio", NULL);
    g_autofree char *outer = g_build_filename(folder, "zdepth", NULL);
    g_rmdir(inner);
    g_rmdir(outer);
    g_rmdir(folder);
    return zd_test_finish();
}
