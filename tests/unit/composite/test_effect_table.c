/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Every number of every effect: described, within its range, by default what the table says, and set to
 * its two ends alone, which what lies beyond them is refused. And all that is said of them is that of
 * tests/unit/effect_table.txt: ZD_UPDATE=1 writes what is meant into it. */

#include "composite/effect_chain.h"
#include "composite/effect_spec.h"
#include "core/file.h"
#include "zd_test.h"

static zd_error err;

static void require_field(const zd_effect_step *step, const zd_effect_field *field, float value)
{
    for (int i = 0; i < field->count; i++) {
        float found;
        memcpy(&found, step->params.bytes + field->offset + (size_t) i * sizeof found,
               sizeof found);
        if (found != value) {
            ZD_TEST_FAIL("%s: number %d of %s is %g, expected %g", step->effect->name, i,
                         field->name, (double) found, (double) value);
        }
    }
}

static void require_step(const char *text, const zd_effect_desc *effect, int set, float value)
{
    zd_effect_chain chain;
    REQUIRE_OK(zd_effect_parse(text, 0.0, &chain, &err));
    REQUIRE_INT(chain.count, 1);
    zd_effect_step step = zd_effect_step_at(&chain, 0, 0.0);
    REQUIRE(step.effect == effect);
    for (int i = 0; i < effect->field_count; i++) {
        require_field(&step, &effect->fields[i], i == set ? value : effect->fields[i].initial);
    }
}

static void every_number_is_described(void)
{
    REQUIRE(zd_effect_count() >= 10);
    for (int e = 0; e < zd_effect_count(); e++) {
        const zd_effect_desc *effect = zd_effect_at(e);
        for (int i = 0; i < effect->field_count; i++) {
            const zd_effect_field *f = &effect->fields[i];
            if (f->name == NULL || f->help == NULL || f->help[0] == '\0' || f->count < 1 ||
                !(f->min < f->max) || !(f->initial >= f->min && f->initial <= f->max))
            {
                ZD_TEST_FAIL("%s: number %d (%s) has no name, help, count or range", effect->name,
                             i, f->name != NULL ? f->name : "?");
            }
            REQUIRE(f->offset + (size_t) f->count * sizeof(float) <= ZD_EFFECT_PARAMS_SIZE);
        }
    }
}

static void every_number_reaches_its_field(void)
{
    for (int e = 0; e < zd_effect_count(); e++) {
        const zd_effect_desc *effect = zd_effect_at(e);
        require_step(effect->name, effect, -1, 0.0f);
        for (int i = 0; i < effect->field_count; i++) {
            const zd_effect_field *f = &effect->fields[i];
            char text[160];
            zd_effect_chain chain;
            for (int end = 0; end < 2 && f->names == NULL; end++) {
                float value = end ? f->max : f->min;
                snprintf(text, sizeof text, "%s=%s=%.9g", effect->name, f->name, (double) value);
                require_step(text, effect, i, value);
                snprintf(text, sizeof text, "%s=%s=%.9g", effect->name, f->name,
                         (double) (value + (end ? 1.0f : -1.0f)));
                REQUIRE(zd_effect_parse(text, 0.0, &chain, &err) == ZD_ERR_INVALID_ARGUMENT);
            }
            for (int n = 0; f->names != NULL && f->names[n] != NULL; n++) {
                snprintf(text, sizeof text, "%s=%s=%s", effect->name, f->name, f->names[n]);
                require_step(text, effect, i, (float) n);
            }
        }
    }
}

/* ---- the table in words ---- */

enum { SIDE = 12 };

static zd_status paint(void *user, const zd_effect_painting *how, zd_view picture, zd_error *e)
{
    (void) user;
    (void) how;
    (void) picture;
    (void) e;
    return ZD_OK;
}

typedef struct canvas {
    zd_context *ctx;
    zd_image *images[3];
    zd_effect_io io;
    zd_effect_painter painter;
} canvas;

static canvas canvas_open(void)
{
    canvas c = { .ctx = zd_test_context(1), .painter = { paint, NULL } };
    for (int i = 0; i < 3; i++) {
        zd_format format = i < 2 ? ZD_RGBA_F32 : ZD_GRAY_F32;
        REQUIRE_OK(zd_image_create(c.ctx, SIDE, SIDE, format, &c.images[i], &err));
        zd_view_clear(zd_image_view(c.images[i]));
    }
    c.io = (zd_effect_io){ .picture = zd_image_view(c.images[0]),
                           .nearness = zd_image_view(c.images[2]),
                           .roi = { 0, 0, SIDE, SIDE },
                           .out = zd_image_view(c.images[1]) };
    return c;
}

static zd_status apply_with(canvas *c, const zd_effect_desc *effect, int field, float value)
{
    zd_effect_chain chain;
    REQUIRE_OK(zd_effect_parse(effect->name, 0.0, &chain, &err));
    const zd_effect_field *f = &effect->fields[field];
    c->io.painter = &c->painter;
    memcpy(chain.steps[0].params.bytes + f->offset, &value, sizeof value);
    return zd_effect_step_apply(c->ctx, &chain.steps[0], &c->io, &err);
}

/* What an effect says to a number that is none; the limits that it names are its own, both included. */
static void write_limits(canvas *c, const zd_effect_desc *effect, int field, zd_text *out)
{
    const zd_effect_field *f = &effect->fields[field];
    float low;
    float high;
    err.message[0] = '\0';
    if (apply_with(c, effect, field, NAN) == ZD_OK) {
        zd_text_format(out, "  %s: any\n", f->name);
        return;
    }
    zd_text_format(out, "  %s: %s\n", f->name, err.message);
    const char *limits = strstr(err.message, "must be ");
    REQUIRE(limits != NULL && sscanf(limits, "must be %f to %f", &low, &high) == 2);
    REQUIRE_OK(apply_with(c, effect, field, low));
    REQUIRE_OK(apply_with(c, effect, field, f->min));
    REQUIRE_OK(apply_with(c, effect, field, f->max));
    REQUIRE(apply_with(c, effect, field, low - 1e-3f) == ZD_ERR_INVALID_ARGUMENT);
    REQUIRE(apply_with(c, effect, field, high + 1e-3f * fabsf(high) + 1e-3f) ==
            ZD_ERR_INVALID_ARGUMENT);
}

static void all_is_as_written(void)
{
    char path[1024];
    char *stored = NULL;
    size_t bytes;
    const char *source = getenv("ZD_SOURCE");
    canvas c = canvas_open();
    zd_text text;
    zd_text_init(&text, c.ctx);
    snprintf(path, sizeof path, "%s/tests/unit/effect_table.txt", source != NULL ? source : ".");
    zd_text_format(&text,
                   "# SPDX-FileCopyrightText: 2026 The Zdepth developers\n"
                   "# SPDX-License-Identifier: Apache-2.0\n"
                   "# The effects as they describe themselves, and what each says to a number "
                   "that is none.\n\n");
    zd_effect_describe(&text);
    for (int e = 0; e < zd_effect_count(); e++) {
        const zd_effect_desc *effect = zd_effect_at(e);
        zd_text_format(&text, "\n%s: sight %d\n", effect->name, (int) effect->sight);
        for (int i = 0; i < effect->field_count; i++) {
            write_limits(&c, effect, i, &text);
        }
    }
    if (getenv("ZD_UPDATE") != NULL) {
        REQUIRE_OK(zd_file_write(c.ctx, path, text.data, text.length, &err));
    }
    REQUIRE_OK(zd_file_read_text(c.ctx, path, 1 << 20, &stored, &bytes, &err));
    for (size_t i = 0, line = 1; i <= text.length; i++) {
        if (text.data[i] != stored[i]) {
            ZD_TEST_FAIL("%s:%zu: the table now says\n%.160s", path, line, text.data + i);
        }
        line += text.data[i] == '\n';
    }
    zd_free(c.ctx, stored);
    zd_text_release(&text);
    for (int i = 0; i < 3; i++) {
        zd_image_unref(&c.images[i]);
    }
    zd_context_destroy(&c.ctx);
}

/* What every effect refuses of its pictures, in its own name. */
static void wrong_pictures_are_told(void)
{
    canvas c = canvas_open();
    c.io.painter = &c.painter;
    for (int e = 0; e < zd_effect_count(); e++) {
        zd_effect_chain chain;
        REQUIRE_OK(zd_effect_parse(zd_effect_at(e)->name, 0.0, &chain, &err));
        for (int i = 0; i < 8; i++) {
            static const char *const why[] = {
                "the pictures must be RGBA in float",
                "the pictures must be RGBA in float",
                "the matte must be gray in float and as large as the picture",
                "the matte must be gray in float and as large as the picture",
                "the rectangle 0,0 to 12,13 does not fit the pictures",
                "the rectangle 3,0 to 3,12 does not fit the pictures",
                "the rectangle 0,0 to 11,12 does not fit the pictures",
                "the rectangle -1,0 to 11,12 does not fit the pictures"
            };
            zd_effect_io io = c.io;
            io.picture.format = i == 0 ? ZD_RGB_F32 : io.picture.format;
            io.out.format = i == 1 ? ZD_GRAY_F32 : io.out.format;
            io.matte = i == 2 ? io.picture : i == 3 ? io.nearness : io.matte;
            io.matte.height -= i == 3;
            io.roi = i == 4   ? (zd_rect){ 0, 0, 12, 13 }
                     : i == 5 ? (zd_rect){ 3, 0, 3, 12 }
                     : i == 6 ? (zd_rect){ 0, 0, 11, 12 }
                     : i == 7 ? (zd_rect){ -1, 0, 11, 12 }
                              : io.roi;
            REQUIRE_INT(zd_effect_step_apply(c.ctx, &chain.steps[0], &io, &err),
                        ZD_ERR_INVALID_ARGUMENT);
            const char *said = strstr(err.message, ": ");
            REQUIRE(said != NULL);
            REQUIRE_TEXT(said + 2, why[i]);
        }
        zd_effect_io io = c.io;
        io.nearness.width--;
        err.message[0] = '\0';
        zd_status status = zd_effect_step_apply(c.ctx, &chain.steps[0], &io, &err);
        REQUIRE(status == ZD_OK ||
                strstr(err.message, "the depth must be gray in float and as large as the picture"));
    }
    for (int i = 0; i < 3; i++) {
        zd_image_unref(&c.images[i]);
    }
    zd_context_destroy(&c.ctx);
}

/* Texts that are none, and what is near to one. */
static void chains_are_read_strictly(void)
{
    static const char *const texts[][2] = {
        { "zfog=density", "zfog: 'density' is not NAME=VALUE" },
        { "zfog=density=", "zfog: density is ''; it must be 0 to 20" },
        { "zfog=density=1x", "zfog: density is '1x'; it must be 0 to 20" },
        { "zfog=density=nan", "zfog: density is 'nan'; it must be 0 to 20" },
        { "zfog=densty=1",
          "zfog has no 'densty'; did you mean density? (see zdepth help effects)" },
        { "zfog,boxblur=1",
          "'boxblur' cannot follow a built-in effect; run FFmpeg filters in a second pass" },
        { "hue=s=0,zfog=density=1",
          "'zfog' is a built-in effect, and these cannot be mixed with FFmpeg's; run it in a second pass" },
        { "zfogg=density=1", "there is no effect 'zfogg'; did you mean zfog?" },
        { "zfogg", "there is no effect 'zfogg'; did you mean zfog?" },
        { "zstyle=style=tar", "zstyle: style is 'tar'; it must be oil, ink, mosaic or 0 to 7" },
    };
    zd_effect_chain chain;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        REQUIRE_FAILS(zd_effect_parse(texts[i][0], 0.0, &chain, &err), ZD_ERR_INVALID_ARGUMENT,
                      texts[i][1]);
    }
}

/* A word without its z, whole. */
static void a_missing_z_is_seen(void)
{
    REQUIRE_TEXT(zd_effect_meant("blur=radius=0.02"), "zblur");
    REQUIRE_TEXT(zd_effect_meant("depthgrade,hue"), "zdepthgrade");
    REQUIRE(zd_effect_meant("zblur") == NULL && zd_effect_meant("gblur") == NULL);
    REQUIRE(zd_effect_meant("blu") == NULL && zd_effect_meant("") == NULL);
}

static void chains_have_their_limits(void)
{
    zd_effect_chain chain;
    REQUIRE_OK(zd_effect_parse("hue=s=0", 0.0, &chain, &err));
    REQUIRE_INT(chain.count, 0);
    REQUIRE_OK(zd_effect_parse("zoompan=z=2", 0.0, &chain, &err));
    REQUIRE_INT(chain.count, 0);
    REQUIRE_OK(zd_effect_parse("zfog=:density=2::near=0.5:,,zgrade", 0.0, &chain, &err));
    REQUIRE_INT(chain.count, 2);
    char many[512] = "zfog";
    for (int i = 1; i < ZD_EFFECT_MAX_STEPS; i++) {
        strcat(many, ",zfog");
    }
    REQUIRE_OK(zd_effect_parse(many, 0.0, &chain, &err));
    REQUIRE_INT(chain.count, ZD_EFFECT_MAX_STEPS);
    strcat(many, ",zfog");
    REQUIRE_FAILS(zd_effect_parse(many, 0.0, &chain, &err), ZD_ERR_LIMIT,
                  "more than 16 effects in a chain");
    char keyed[2048] = "";
    for (int i = 0; i <= ZD_EFFECT_MAX_TRACKS; i++) {
        zd_status expected = i < ZD_EFFECT_MAX_TRACKS ? ZD_OK : ZD_ERR_LIMIT;
        snprintf(keyed + strlen(keyed), sizeof keyed - strlen(keyed), "%s%s='0=0.1,1=0.2'",
                 i % 2 != 0 ? ":"
                 : i > 0    ? ",zfog="
                            : "zfog=",
                 i % 2 != 0 ? "density" : "near");
        REQUIRE_INT(zd_effect_parse(keyed, 0.0, &chain, &err), expected);
    }
    REQUIRE_TEXT(err.message, "more than 16 numbers of the effects have keys");
    char lengthy[4200];
    memset(lengthy, ':', sizeof lengthy);
    memcpy(lengthy, "zfog=", 5);
    lengthy[4095] = '\0';
    REQUIRE_OK(zd_effect_parse(lengthy, 0.0, &chain, &err));
    lengthy[4095] = ':';
    lengthy[4096] = '\0';
    REQUIRE_FAILS(zd_effect_parse(lengthy, 0.0, &chain, &err), ZD_ERR_LIMIT,
                  "the effect is longer than 4095 characters");
}

/* A chain moves by its keys, and by a rack of focus, and so must be made anew for every frame. */
static void what_moves_is_told(void)
{
    static const char *const texts[] = {
        "zfog",       "zgrade,zfog=density=2",  "zrack",
        "zfog,zrack", "zfog=density='0=1,2=3'", "zrack,zgrade,zfog"
    };
    for (int i = 0; i < 6; i++) {
        zd_effect_chain chain;
        REQUIRE_OK(zd_effect_parse(texts[i], 0.0, &chain, &err));
        REQUIRE_INT(zd_effect_chain_moves(&chain), i >= 2);
    }
}

int main(void)
{
    RUN(what_moves_is_told);
    RUN(all_is_as_written);
    RUN(wrong_pictures_are_told);
    RUN(chains_are_read_strictly);
    RUN(a_missing_z_is_seen);
    RUN(chains_have_their_limits);
    RUN(every_number_is_described);
    RUN(every_number_reaches_its_field);
    return zd_test_finish();
}
