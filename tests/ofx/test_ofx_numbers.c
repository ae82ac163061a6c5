/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Check 8: hostile numbers in pictures, parameters out of their range, and what half cannot hold. */

#include "ofx_scene.h"

#include "composite/blend.h"

static bool all_finite(const mock_image *image, const mock_image *source)
{
    for (int y = 0; y < SCENE_HEIGHT; y++) {
        for (int x = 0; x < SCENE_WIDTH; x++) {
            float out[4];
            float in[4];
            mock_image_get(image, x, y, out);
            mock_image_get(source, x, y, in);
            bool clean = true;
            bool finite = true;
            for (int c = 0; c < 4; c++) {
                clean &= isfinite(in[c]) != 0;
                finite &= isfinite(out[c]) != 0;
            }
            if (clean && !finite) {
                return false;
            }
        }
    }
    return true;
}

/* Check 8. */
static void test_hostile_numbers(void)
{
    static const float poisons[] = { NAN, INFINITY, -INFINITY, 1e-42f, 3e38f, -3e38f };
    for (int compositor = 0; compositor < 2; compositor++) {
        for (int where = 0; where < 3; where++) {
            for (int p = 0; p < 6; p++) {
                rig s;
                rig_open(&s, compositor != 0, ZD_SAMPLE_F32);
                if (!compositor) {
                    mock_set_int(s.effect, "transparency", 1);
                }
                REQUIRE_INT(rig_render(&s), OFX_OK);
                mock_image *poisoned = where == 0                ? s.source
                                       : where == 1 || !s.insert ? s.map
                                                                 : s.insert;
                const float bad[4] = { poisons[p], poisons[p], poisons[p], 1.0f };
                mock_image *out = scene_output(ZD_SAMPLE_F32);
                mock_image_put(poisoned, 20, 20, bad); /* one pixel, far from the disc */
                REQUIRE_INT(rig_render_to(&s, out), OFX_OK);
                REQUIRE(all_finite(out, s.source));
                for (int x = 0; x < SCENE_WIDTH; x++) { /* every third column */
                    for (int y = 0; y < SCENE_HEIGHT && x % 3 == 0; y++) {
                        mock_image_put(poisoned, x, y, bad);
                    }
                }
                REQUIRE_INT(rig_render_to(&s, out), OFX_OK);
                REQUIRE(all_finite(out, poisoned == s.insert ? s.insert : s.source));
                for (int x = 0; x < SCENE_WIDTH; x++) {
                    for (int y = 0; y < SCENE_HEIGHT; y++) {
                        mock_image_put(poisoned, x, y, bad);
                    }
                }
                REQUIRE_INT(rig_render_to(&s, out), OFX_OK);
                REQUIRE(all_finite(out, poisoned == s.insert ? s.insert : s.source));
                mock_image_free(out);
                rig_close(&s);
            }
        }
    }
}

/* A host may hand over any number: one out of a parameter's range counts for the end of the range. */
static void test_numbers_out_of_range(void)
{
    static const struct {
        const char *name;
        double beyond, end, other;
    } cases[] = { { "choke", 50.0, 2.0, 0.5 },
                  { "choke", -50.0, -2.0, -0.5 },
                  { "feather", 9.0, 2.0, 0.1 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mock_image *out[3];
        const double values[3] = { cases[i].beyond, cases[i].end, cases[i].other };
        rig s;
        rig_open(&s, false, ZD_SAMPLE_F32);
        mock_set_int(s.effect, "transparency", 1);
        for (int k = 0; k < 3; k++) {
            out[k] = scene_output(ZD_SAMPLE_F32);
            mock_set_number(s.effect, cases[i].name, values[k]);
            REQUIRE_INT(rig_render_to(&s, out[k]), OFX_OK);
        }
        bool differs = false;
        for (int y = 0; y < SCENE_HEIGHT; y++) {
            REQUIRE_BYTES(mock_image_pixel(out[0], 0, y), mock_image_pixel(out[1], 0, y),
                          16 * SCENE_WIDTH);
            differs |= memcmp(mock_image_pixel(out[1], 0, y), mock_image_pixel(out[2], 0, y),
                              16 * SCENE_WIDTH) != 0;
        }
        REQUIRE(differs);
        for (int k = 0; k < 3; k++) {
            mock_image_free(out[k]);
        }
        rig_close(&s);
    }
}

/* What half cannot hold: sums beyond its range, and NaN and infinity that a host hands over. */
static void test_half_pictures(void)
{
    static const float wild[] = { NAN, INFINITY, -INFINITY, 65504.0f, -65504.0f, 0x1p-24f };
    rig s;
    rig_open(&s, true, ZD_SAMPLE_F16);
    mock_set_int(s.effect, "transfer", 3);
    mock_set_int(s.effect, "blend", (int) ZD_BLEND_ADD);
    for (int y = 0; y < SCENE_HEIGHT; y++) {
        for (int x = 0; x < SCENE_WIDTH; x++) {
            const float large[4] = { 60000.0f, 60000.0f, 60000.0f, 1.0f };
            const float odd[4] = { wild[x % 6], wild[x % 6], wild[x % 6], 1.0f };
            mock_image_put(s.insert, x, y, large);
            mock_image_put(s.source, x, y, y % 4 == 0 ? odd : large);
        }
    }
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE(all_finite(s.output, s.source));
    /* Where no insert is, every code stays, whatever it stands for. */
    scene_fill(s.insert, SCENE_INSERT);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    for (int y = 0; y < 40; y++) {
        REQUIRE_BYTES(mock_image_pixel(s.output, 0, y), mock_image_pixel(s.source, 0, y),
                      (size_t) SCENE_WIDTH * 8);
    }
    rig_close(&s);
}

int main(int argc, char **argv)
{
    plugin_path = argc > 1 ? argv[1] : "";
    RUN(load_plugin);
    RUN(test_hostile_numbers);
    RUN(test_numbers_out_of_range);
    RUN(test_half_pictures);
    return zd_test_finish();
}
