/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* What scenes render beyond the fifteen checks: geometry, kinds of light, AOV keys, transparency,
 * samples, output lists, and the same bits twice. What is analysed: test_scene_analysis.c. */

#include "scene/scene_math.h"
#include "t0_pictures.h"

static float height(int x, int y, int c)
{
    (void) x, (void) y, (void) c;
    return 5.0f;
}

static float disc(int x, int y, int c)
{
    (void) c;
    return hypotf((float) x - 319.5f, (float) y - 179.5f) < 60.0f ? 1.0f : 0.0f;
}

static float half_matte(int x, int y, int c)
{
    (void) x, (void) c;
    return y < 180 ? 0.25f : 0.75f;
}

static float zero(int x, int y, int channel)
{
    (void) x, (void) y, (void) channel;
    return 0.0f;
}

static float checker(int x, int y, int channel)
{
    (void) channel;
    return (float) ((x / 2 + y / 2) % 2);
}

static const t0_picture shown[] = {
    { .name = "checker", .formula = checker, .channels = 1 },
    { .name = "zero", .formula = zero, .channels = 1 },
    { .name = "texture", .formula = texture, .channels = 3 },
    { .name = "ramp", .formula = ramp, .channels = 1 },
    { .name = "height", .formula = height, .channels = 1 },
    { .name = "disc", .formula = disc, .channels = 1 },
    { .name = "halves", .formula = half_matte, .channels = 1 },
};

/* A ball of radius 50 as an OBJ file, 64 by 32 faces, with texture coordinates. */
static void write_ball(const char *path)
{
    enum { ACROSS = 64, DOWN = 32 };
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    for (int pass = 0; pass < 2; pass++) {
        for (int j = 0; j <= DOWN; j++) {
            for (int i = 0; i <= ACROSS; i++) {
                double a = 2.0 * 3.14159265358979 * i / ACROSS;
                double b = 3.14159265358979 * j / DOWN;
                if (pass == 0) {
                    fprintf(file, "v %.9f %.9f %.9f\n", 50.0 * sin(b) * sin(a), 50.0 * cos(b),
                            50.0 * sin(b) * cos(a));
                } else {
                    fprintf(file, "vt %.9f %.9f\n", (double) i / ACROSS, 1.0 - (double) j / DOWN);
                }
            }
        }
    }
    for (int j = 0; j < DOWN; j++) {
        for (int i = 0; i < ACROSS; i++) {
            int a = j * (ACROSS + 1) + i + 1;
            int b = a + ACROSS + 1;
            fprintf(file, "f %d/%d %d/%d %d/%d\n", a, a, b, b, b + 1, b + 1);
            fprintf(file, "f %d/%d %d/%d %d/%d\n", a, a, b + 1, b + 1, a + 1, a + 1);
        }
    }
    fclose(file);
}

#define BALL "geometry ball { file \"%s\" lighting ambient }\n"

static void test_geometry(void)
{
    const char *path = "test_scene_ball.obj";
    write_ball(path);
    t0_render(BALL "output o { passes comp zdepth normals }", path);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 320, 180, 0), T0_FOCAL - 50.0, 0.1);
    REQUIRE_NEAR(t0_at(t0_pass("normals"), 320, 180, 2), 1.0, 0.01);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 10, 10, 0), 510.0, 0);
    /* Heights along the normals make a larger ball, in both modes at its middle. */
    static const char *const three_d[2] = { "no", "yes" };
    for (int mode = 0; mode < 2; mode++) {
        t0_render(BALL "media h { front \"height\" }\nzdepth z { on ball media h range height "
                       "three_d %s }\noutput o { passes comp zdepth }",
                  path, three_d[mode]);
        REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 320, 180, 0), T0_FOCAL - 55.0, 0.15);
        double width = 0.0;
        for (int x = 0; x < T0_W; x++) {
            width += (double) t0_at(t0_pass("comp"), x, 180, 3);
        }
        /* The silhouette of a ball of radius r: f r / sqrt(d^2 - r^2) on either side. */
        double r = mode == 1 ? 55.0 : 50.0;
        double silhouette = 2.0 * T0_FOCAL * r / sqrt(T0_FOCAL * T0_FOCAL - r * r);
        REQUIRE_NEAR(width, silhouette, 2.0);
    }
    t0_render(BALL "media h { front \"ramp\" }\nzdepth z { on ball media h range absolute "
                   "direction ray mapping camera }\noutput o { passes zdepth }",
              path);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 300, 180, 0), 100.0 + 400.0 * 300.5 / 640.0, 0.01);
    remove(path);
}

/* Heights move a floor along its own normal, up, and not along z, in both modes alike. */
static void test_geometry_normal(void)
{
    static const char *const three_d[2] = { "no", "yes" };
    const char *path = "test_scene_floor.obj";
    FILE *file = fopen(path, "w");
    REQUIRE(file != NULL);
    fputs("v -900 -15 480\nv 900 -15 480\nv 900 -15 -900\nv -900 -15 -900\n"
          "vt 0 0\nvt 1 0\nvt 1 1\nvt 0 1\nvn 0 1 0\nf 1/1/1 2/2/1 3/3/1 4/4/1\n",
          file);
    fclose(file);
    for (int mode = 0; mode < 2; mode++) {
        t0_render(
            "axis up { rotation 0 0 20 }\ncamera low { parent up position 0 0 auto near 10 }\n"
            "geometry floor { file \"%s\" }\nmedia h { front \"height\" }\n"
            "zdepth z { on floor media h range height three_d %s }\n"
            "output o { camera low passes position object_id }",
            path, three_d[mode]);
        REQUIRE_NEAR(t0_at(t0_pass("object_id"), 320, 200, 0), 1.0, 0);
        REQUIRE_NEAR(t0_at(t0_pass("position"), 320, 200, 1), -10.0, 1e-3);
    }
    remove(path);
}

static double lit_at(const char *light, int x, int y)
{
    t0_render("surface card { }\n%s\noutput o { }", light);
    return (double) t0_at(t0_pass("comp"), x, y, 0);
}

static void test_lights(void)
{
    REQUIRE_NEAR(lit_at("", 320, 180), 1.0, 0);
    REQUIRE_NEAR(lit_at("light l { type ambient intensity 30 }", 320, 180), 0.3, 1e-6);
    REQUIRE_NEAR(lit_at("light l { type directional rotation 0 60 0 }", 320, 180), 0.5, 1e-5);
    REQUIRE_NEAR(lit_at("light l { type directional rotation 0 180 0 }", 320, 180), 0.0, 0);
    /* A point light at 100 in front of the middle, and what cosine and distance leave at a side. */
    const char *point = "light l { position 0 0 100 decay quadratic reach 100 }";
    double d2 = 100.0 * 100.0 + 100.5 * 100.5 + 0.5 * 0.5;
    REQUIRE_NEAR(lit_at(point, 320, 180), 1.0, 1e-3);
    REQUIRE_NEAR(lit_at(point, 420, 180), 1e4 / d2 * 100.0 / sqrt(d2), 1e-3);
    const char *linear = "light l { position 0 0 100 decay linear reach 100 }";
    REQUIRE_NEAR(lit_at(linear, 420, 180), 1e4 / d2, 1e-3);
    const char *spot = "light l { type spot position 0 0 100 spread 30 penumbra 10 }";
    REQUIRE_NEAR(lit_at(spot, 320, 180), 1.0, 1e-3);
    REQUIRE_NEAR(lit_at(spot, 400, 180), 0.0, 0); /* 38.7 degrees off the axis */
    REQUIRE(lit_at(spot, 367, 180) > 0.1 && lit_at(spot, 367, 180) < 0.9);
    /* A small area light is a point light with a face. */
    const char *area = "light l { type area position 0 0 100 size 1 1 decay quadratic reach 100 }";
    REQUIRE_NEAR(lit_at(area, 320, 180), 1.0, 1e-3);
    REQUIRE_NEAR(lit_at(area, 420, 180), 1e4 / d2 * 1e4 / d2, 1e-3);
    /* Links. */
    REQUIRE_NEAR(lit_at("light l { type ambient exclude card }", 320, 180), 0.0, 0);
    REQUIRE_NEAR(
        lit_at("surface other { visible no }\nlight l { type ambient affects other }", 320, 180),
        0.0, 0);
    /* A highlight stands above the diffuse light where it mirrors the eye. */
    t0_render("surface card { colour 0.2 0.2 0.2 shine 50 }\nlight l { parent cam }\noutput o { }");
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 320, 180, 0), 1.2, 1e-2);
}

/* The red of the middle of a card in the plane of a light, once all pixels are finite: the pixel's
 * point is the light's own place. */
static double lit_in_plane(const char *card, const char *light)
{
    char text[512];
    snprintf(text, sizeof text,
             "zscene 1\nframe { size 65 49 }\ncamera cam { }\nsurface card { %s }\n"
             "light l { %s }\noutput o { passes comp normals }",
             card, light);
    t0_render_text(1.0, text);
    zd_view comp = t0_pass("comp");
    for (int y = 0; y < comp.height; y++) {
        for (int x = 0; x < comp.width * 4; x++) {
            REQUIRE(isfinite(zd_view_row_f32(comp, y)[x]));
        }
    }
    return (double) t0_at(comp, 32, 24, 0);
}

/* A light in a surface grazes it, and where it touches it too; none gives NaN or infinity. */
static void test_light_in_surface(void)
{
    static const char *const decays[] = { "none", "linear", "quadratic" };
    static const char *const types[] = { "point", "spot", "area size 0 0", "area" };
    for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 4; k++) {
            char light[64];
            snprintf(light, sizeof light, "type %s decay %s", types[k], decays[i]);
            REQUIRE_NEAR(lit_in_plane("", light), 0.0, 0);
            REQUIRE_NEAR(lit_in_plane("colour 0 0 0 shine 20", light), 0.0, 0);
        }
    }
    /* Within a pixel decay adds no more. */
    REQUIRE_NEAR(lit_in_plane("", "position 0 0 0.001 decay quadratic reach 10"), 100.0, 1e-2);
    REQUIRE_NEAR(lit_in_plane("", "position 0 0 2 decay quadratic reach 10"), 25.0, 1e-2);
    /* A light straight behind mirrors nothing. */
    lit_in_plane("shine 20 flip_normals yes", "position 0 0 -50");
}

static int covered(zd_view comp)
{
    int count = 0;
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            count += t0_at(comp, x, y, 3) == 1.0f;
        }
    }
    return count;
}

#define MAPPED                                       \
    "media z { front \"ramp\" }\nsurface card { }\n" \
    "zdepth zd { on card media z range absolute }\n"

static void test_aov(void)
{
    t0_render(MAPPED "aov a { on card type distance band 200 300 }\noutput o { }");
    int columns = 0; /* 200 <= 100 + 0.625 (x + 0.5) <= 300 */
    for (int x = 0; x < T0_W; x++) {
        columns += ramp(x, 0, 0) >= 200.0f && ramp(x, 0, 0) <= 300.0f;
    }
    REQUIRE_INT(covered(t0_pass("comp")), columns * T0_H);
    columns = 0;
    for (int x = 0; x < T0_W; x++) {
        columns += ramp(x, 0, 0) >= 200.0f;
    }
    static const char *const open[] = { "band 200 0", "band 200 1e9" }; /* no end */
    for (int i = 0; i < 2; i++) {
        t0_render(MAPPED "aov a { on card type distance %s }\noutput o { }", open[i]);
        REQUIRE_INT(covered(t0_pass("comp")), columns * T0_H);
    }
    t0_render(MAPPED "aov a { on card }\noutput o { }");
    REQUIRE_INT(covered(t0_pass("comp")), T0_W * T0_H);
    columns = 0;
    for (int x = 0; x < T0_W; x++) {
        columns += ramp(x, 0, 0) >= 200.0f && ramp(x, 0, 0) <= 300.0f;
    }
    t0_render(MAPPED "aov a { on card type distance band 200 300 invert yes }\noutput o { }");
    REQUIRE_INT(covered(t0_pass("comp")), (T0_W - columns) * T0_H);
    t0_render(MAPPED "aov a { on card type distance band 200 300 feather 50 }\noutput o { }");
    float soft = t0_at(t0_pass("comp"), 130, 100, 3);
    REQUIRE_NEAR(soft, (ramp(130, 0, 0) - 200.0f) / 50.0f + 1.0f, 1e-4);
    t0_render(MAPPED "aov a { on card type position centre 0 0 300 radius 70 }\noutput o { }");
    REQUIRE(t0_at(t0_pass("comp"), 320, 180, 3) == 0.0f); /* z 300: world 194.5, 105 away */
    REQUIRE(t0_at(t0_pass("comp"), 160, 180, 3) == 1.0f); /* world -65, 0, 294: 65 away */
    t0_render(MAPPED "aov a { on card type normal direction 0 0 1 tolerance 5 }\noutput o { }");
    REQUIRE_INT(covered(t0_pass("comp")), 0); /* the ramp is steep */
}

static void test_transparency(void)
{
    t0_render("axis fa { position 0 0 100 }\nmedia m { matte \"halves\" }\n"
              "surface back { colour 0 1 0 }\nsurface front { parent fa media m colour 1 0 0 }\n"
              "output o { passes comp matte zdepth object_id }");
    zd_view comp = t0_pass("comp");
    REQUIRE_NEAR(t0_at(comp, 320, 60, 0), 0.25, 1e-6);
    REQUIRE_NEAR(t0_at(comp, 320, 60, 1), 0.75, 1e-6);
    REQUIRE_NEAR(t0_at(comp, 320, 300, 0), 0.75, 1e-6);
    REQUIRE_NEAR(t0_at(t0_pass("matte"), 320, 60, 0), 1.0, 1e-6);
    /* Below the threshold of 0.5 the one behind keeps Z and id. */
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 320, 60, 0), T0_FOCAL, 1e-4);
    REQUIRE_NEAR(t0_at(t0_pass("zdepth"), 320, 300, 0), T0_FOCAL - 100.0, 1e-4);
    REQUIRE_NEAR(t0_at(t0_pass("object_id"), 320, 60, 0), 1, 0);
    REQUIRE_NEAR(t0_at(t0_pass("object_id"), 320, 300, 0), 2, 0);
    t0_render("surface s { transparency 40 }\noutput o { }");
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 5, 5, 3), 0.6, 1e-6);
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 5, 5, 0), 0.6, 1e-6);
}

/* Pixels of the second object, by what the output `only` has, that show the first one. */
static int covered_wrongly(const char *scene)
{
    zd_error err = { 0 };
    int wrong = 0;
    t0_render("%s\noutput all { passes object_id }\noutput only { objects title passes object_id }",
              scene);
    zd_image *all = t0_keep("object_id");
    zd_scene_picture_release(&t0.picture);
    REQUIRE_OK(zd_scene_render(t0.renderer, 1, 1, &t0.picture, &err));
    int seen = 0;
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            bool is_title = t0_at(t0_pass("object_id"), x, y, 0) == 2.0f;
            seen += is_title;
            wrong += is_title && t0_at(zd_image_view(all), x, y, 0) != 2.0f;
        }
    }
    zd_image_unref(&all);
    REQUIRE(seen > 1000);
    return wrong;
}

/* Of things at one depth the later in the file is in front, however the plane they share lies. */
/* Transparent cards that cross are sorted for each pixel: on either side the nearer is on top. */
static void test_transparent_crossing(void)
{
    t0_render("axis p { rotation 0 40 0 }\naxis q { rotation 0 -40 0 }\n"
              "surface a { parent p size 400 300 colour 1 0 0 transparency 50 }\n"
              "surface b { parent q size 400 300 colour 0 1 0 transparency 50 }\n"
              "axis r { position 0 0 -300 }\nsurface c { parent r size 2000 2000 colour 0 0 1 }\n"
              "output o { passes comp }");
    static const int places[2] = { 250, 390 };
    for (int i = 0; i < 2; i++) {
        /* Turned by 40 degrees about y, the right side of a goes away from the camera. */
        bool a_first = i == 0 ? false : true;
        zd_view comp = t0_pass("comp");
        float red = t0_at(comp, places[i], 180, 0);
        float green = t0_at(comp, places[i], 180, 1);
        a_first = red > green;
        REQUIRE_NEAR(a_first ? red : green, 0.5, 1e-6);
        REQUIRE_NEAR(a_first ? green : red, 0.25, 1e-6);
        REQUIRE_NEAR(t0_at(comp, places[i], 180, 2), 0.25, 1e-6);
        REQUIRE(a_first == (i == 0));
    }
}

/* How far from gray the covered pixels of some rows are; *count of them. */
static double contrast(const int rows[2], int *count)
{
    double worst = 0.0;
    *count = 0;
    for (int y = rows[0]; y < rows[1]; y++) {
        for (int x = 0; x < T0_W; x++) {
            if (t0_at(t0_pass("comp"), x, y, 3) == 1.0f) {
                worst = fmax(worst, fabs((double) t0_at(t0_pass("comp"), x, y, 0) - 0.5));
                (*count)++;
            }
        }
    }
    return worst;
}

#define CHECKER                                                                    \
    "media t { front \"checker\" }\naxis s { position 0 -100 %g rotation -80 0 0 " \
    "scale %g %g 100 }\nsurface a { parent s media t }\noutput o { }"

/* A fine checker seen at a grazing angle becomes gray in the distance, not moire. What OpenGL guarantees
 * is the choice of a level by the footprint's sides (8.14 of its specification, "Texture Minification"),
 * where filters for long footprints may divide the longer side by at most their number of lookups: at this
 * place the shorter side is above 6 texels, so nothing finer than the third level may be asked for, and all
 * levels from the second on are gray. */
static void test_minified_pictures(void)
{
    int count = 0;
    t0_render(CHECKER, -2700.0, 100.0, 100.0);
    REQUIRE_NEAR(contrast((int[2]){ 0, T0_H }, &count), 0.0, 0.01);
    REQUIRE(count > 1000);
    /* Here the shorter side is half a texel and the longer one 4, the length of a period. Whether that
     * becomes gray is up to the lookups along it, whose number and weights each implementation chooses
     * (EXT_texture_filter_anisotropic prescribes none): of 0.5, llvmpipe of Mesa 22.3 leaves 0.24, that of
     * Mesa 25 some 0.3. A single lookup leaves all of it. */
    t0_render(CHECKER, 0.0, 600.0, 600.0);
    REQUIRE(contrast((int[2]){ 154, 162 }, &count) < 0.4 && count > 3000);
    /* What is not seen smaller than it is keeps all of its contrast. */
    t0_render("media t { front \"checker\" }\nsurface a { media t }\noutput o { }");
    REQUIRE_NEAR(contrast((int[2]){ 0, T0_H }, &count), 0.5, 1e-3);
    REQUIRE_INT(count, T0_W * T0_H);
}

static void test_file_order(void)
{
    static const char *const rotations[] = { "0 0 0",  "0 20 0",    "10 0 0",
                                             "0 0 30", "-35 50 20", "0 78 0" };
    for (size_t i = 0; i < sizeof rotations / sizeof rotations[0]; i++) {
        char scene[512];
        snprintf(scene, sizeof scene,
                 "axis t { rotation %s }\nsurface wall { parent t }\n"
                 "surface title { parent t size 200 90 }",
                 rotations[i]);
        REQUIRE_INT(covered_wrongly(scene), 0);
        snprintf(scene, sizeof scene,
                 "axis t { rotation %s }\naxis a { parent t position 110 33.3 0 rotation 0 0 17 "
                 "scale 70 60 100 }\n"
                 "surface wall { parent t }\nsurface title { parent a size 200 120 }",
                 rotations[i]);
        REQUIRE_INT(covered_wrongly(scene), 0);
    }
    /* What hides covers an earlier one that shows through, and shows through a later one. */
    t0_render("axis t { rotation 0 20 0 }\n"
              "surface glass { parent t size 200 90 colour 1 0 0 transparency 50 }\n"
              "surface wall { parent t colour 0 1 0 }\noutput o { passes comp object_id }");
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 320, 180, 0), 0.0, 0);
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 320, 180, 1), 1.0, 0);
    REQUIRE_NEAR(t0_at(t0_pass("object_id"), 320, 180, 0), 2.0, 0);
    t0_render("axis t { rotation 0 20 0 }\nsurface wall { parent t colour 0 1 0 }\n"
              "surface glass { parent t size 200 90 colour 1 0 0 transparency 50 }\n"
              "output o { passes comp object_id }");
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 320, 180, 0), 0.5, 1e-6);
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 320, 180, 1), 0.5, 1e-6);
    REQUIRE_NEAR(t0_at(t0_pass("object_id"), 320, 180, 0), 2.0, 0);
}

/* Nothing nearer than `near` is drawn: of a card that leans through it only the farther part. */
static void test_near(void)
{
    t0_render("axis a { position 0 0 485 }\nsurface s { parent a }\n"
              "output o { passes comp zdepth object_id }");
    REQUIRE_INT(covered(t0_pass("comp")), 0);
    REQUIRE_NEAR(t0_at(t0_pass("object_id"), 320, 180, 0), 0.0, 0);
    t0_render("axis a { position 0 0 485 }\nsurface s { parent a transparency 20 }\n"
              "output o { passes comp zdepth }");
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 320, 180, 3), 0.0, 0);
    t0_render("axis a { position 0 0 484 }\nsurface s { parent a }\noutput o { }");
    REQUIRE_INT(covered(t0_pass("comp")), T0_W * T0_H);
    t0_render("axis a { position 0 0 400 rotation 0 60 0 }\nsurface s { parent a }\n"
              "output o { passes comp zdepth }");
    for (int x = 0; x < T0_W; x++) {
        REQUIRE(t0_at(t0_pass("zdepth"), x, 180, 0) >= 10.0f);
    }
    /* What a map moves beyond `near` is drawn. */
    t0_render("axis a { position 0 0 490 }\nmedia z { front \"ramp\" }\n"
              "surface s { parent a size 6400 3600 }\nzdepth zd { on s media z range absolute }\n"
              "output o { passes comp }");
    REQUIRE_INT(covered(t0_pass("comp")), T0_W * T0_H);
}

/* What near cuts away is told once, with a near that would not; what lies beside the picture is no
 * hole, nor is what lies behind the camera. */
static void test_near_is_told(void)
{
    static const char *const modes[] = { "no", "yes" };
    static const char *const lands[] = { "near 110", "near 100" };
    for (int i = 0; i < 4; i++) {
        char text[1024];
        const char *land = lands[i / 2];
        snprintf(text, sizeof text,
                 "zscene 1\nframe { size 640 360 range 1 2 }\ncamera cam { %s far 510 }\n"
                 "media z { front \"ramp\" }\nsurface s { cell_px 1 }\n"
                 "zdepth zd { on s media z range absolute three_d %s }\noutput o { }\n",
                 land, modes[i % 2]);
        t0_render_text(1.0, text);
        zd_scene_picture_release(&t0.picture);
        zd_error err = { 0 };
        REQUIRE_OK(zd_scene_render(t0.renderer, 0, 2.0, &t0.picture, &err));
        /* The ramp's first sample is 100.3; a mesh goes on to the picture's edge. */
        const char *said =
            i == 0 ? "camera 'cam': near 110 cuts holes into 's', which comes as near as 100.3 in "
                     "frame 1; near 100 does not\n"
            : i == 1 ? "camera 'cam': near 110 cuts holes into 's', which comes as near as 100 in "
                       "frame 1; near 100 does not\n"
                     : "";
        REQUIRE_TEXT(t0.log, said);
    }
    /* A floor that goes on below and behind the camera is cut by no near that the picture shows ... */
    t0_render("axis a { position 0 -100 0 rotation -90 0 0 scale 900 900 100 }\n"
              "surface floor { parent a }\noutput o { }");
    REQUIRE(t0.log[0] == 0);
    /* ... until near lies beyond what it does: 100 below, the lowest row is 100 x focal / 180 away. */
    t0_render_text(1.0, "zscene 1\nframe { size 640 360 }\ncamera cam { near 300 }\n"
                        "axis a { position 0 -100 0 rotation -90 0 0 scale 900 900 100 }\n"
                        "surface floor { parent a }\noutput o { }");
    REQUIRE_TEXT(t0.log,
                 "camera 'cam': near 300 cuts holes into 'floor', which comes as near as 274.7 "
                 "in frame 1; near 274 does not\n");
}

/* What lies exactly at near is drawn in both modes, at any resolution of the surface. */
static void test_at_near(void)
{
    static const char *const cameras[] = { "near 10 far 510", "near 250 far 495",
                                           "near 100 far 1900" };
    for (int i = 0; i < 6; i++) {
        char text[1024];
        snprintf(text, sizeof text,
                 "zscene 1\nframe { size 640 360 }\ncamera cam { %s }\nmedia z { front \"zero\" }\n"
                 "surface card { }\nzdepth zd { on card media z three_d %s }\n"
                 "output o { passes object_id }",
                 cameras[i / 2], i % 2 == 0 ? "no" : "yes");
        t0_render_text(1.0, text);
        for (int y = 0; y < T0_H; y++) {
            for (int x = 0; x < T0_W; x++) {
                REQUIRE(t0_at(t0_pass("object_id"), x, y, 0) == 1.0f);
            }
        }
    }
}

/* Colour is averaged, data is one sample's: on an edge Z is never between two surfaces. */
static void test_samples(void)
{
    static const char scene[] =
        "axis fa { position 0 0 100 rotation 0 0 7 scale 40 40 100 }\n"
        "surface back { colour 0 1 0 }\nsurface front { parent fa colour 1 0 0 }\n"
        "output o { passes comp zdepth normals object_id samples %d }";
    t0_render(scene, 16);
    int mixed = 0;
    for (int y = 0; y < T0_H; y++) {
        for (int x = 0; x < T0_W; x++) {
            float red = t0_at(t0_pass("comp"), x, y, 0);
            float z = t0_at(t0_pass("zdepth"), x, y, 0);
            float id = t0_at(t0_pass("object_id"), x, y, 0);
            mixed += red > 0.1f && red < 0.9f;
            REQUIRE(fabs((double) z - (id == 2.0f ? T0_FOCAL - 100.0 : T0_FOCAL)) < 1e-4);
            REQUIRE_NEAR(t0_at(t0_pass("comp"), x, y, 3), 1.0, 1e-5);
        }
    }
    REQUIRE(mixed > 200);
    zd_image *first = t0_keep("comp");
    t0_render(scene, 16);
    REQUIRE(t0_same(zd_image_view(first), t0_pass("comp")));
    zd_image_unref(&first);
    /* An object that misses every centre still has data where a sample meets it. */
    t0_render("axis thin { position 0.25 0 0 scale 0.05 100 100 }\nsurface s { parent thin }\n"
              "output o { passes comp object_id samples 64 }");
    REQUIRE(t0_at(t0_pass("comp"), 320, 100, 3) > 0.1f);
    REQUIRE_NEAR(t0_at(t0_pass("object_id"), 320, 100, 0), 1.0, 0);
}

static void test_outputs(void)
{
    zd_error err = { 0 };
    t0_render("surface a { colour 1 0 0 }\nsurface b { colour 0 1 0 }\n"
              "output all { passes comp object_id }\noutput only { objects a passes comp }\n"
              "output rest { exclude b passes object_id position }");
    REQUIRE_NEAR(t0_at(t0_pass("object_id"), 5, 5, 0), 2.0, 0);
    zd_scene_picture_release(&t0.picture);
    REQUIRE_OK(zd_scene_render(t0.renderer, 1, 1, &t0.picture, &err));
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 5, 5, 0), 1.0, 0);
    REQUIRE_INT(t0.picture.pass_count, 1);
    zd_scene_picture_release(&t0.picture);
    REQUIRE_OK(zd_scene_render(t0.renderer, 2, 1, &t0.picture, &err));
    REQUIRE_NEAR(t0_at(t0_pass("object_id"), 5, 5, 0), 1.0, 0);
    REQUIRE_NEAR(t0_at(t0_pass("position"), 5, 5, 0), 5.5 - 320.0, 1e-3);
    REQUIRE_NEAR(t0_at(t0_pass("position"), 5, 5, 1), 180.0 - 5.5, 1e-3);
    zd_scene_picture_release(&t0.picture);
    REQUIRE_FAILS(zd_scene_render(t0.renderer, 3, 1, &t0.picture, &err), ZD_ERR_INVALID_ARGUMENT,
                  "t0.zscene: there is no output 4");
}

static void test_disc_matte(void)
{
    t0_render("media m { front \"texture\" matte \"disc\" }\nsurface s { media m }\noutput o { }");
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 320, 180, 3), 1.0, 0);
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 320, 180, 1), texture(320, 180, 1), 1e-4);
    REQUIRE_NEAR(t0_at(t0_pass("comp"), 20, 20, 1), 0.0, 0);
}

int main(void)
{
    t0_start(shown, (int) (sizeof shown / sizeof shown[0]));
    RUN(test_geometry);
    RUN(test_geometry_normal);
    RUN(test_lights);
    RUN(test_light_in_surface);
    RUN(test_aov);
    RUN(test_transparency);
    RUN(test_transparent_crossing);
    RUN(test_minified_pictures);
    RUN(test_file_order);
    RUN(test_near);
    RUN(test_near_is_told);
    RUN(test_at_near);
    RUN(test_samples);
    RUN(test_outputs);
    RUN(test_disc_matte);
    t0_stop();
    return zd_test_finish();
}
