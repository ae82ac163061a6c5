/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Checks 1, 2, 9, 11 and 12: loading, hostile hosts, optional clips, what actions mean, overlays. */

#include "ofx_scene.h"

#include <unistd.h>

/* Check 1. */
static void test_plugins_are_two_in_two_versions(void)
{
    static const char *const names[] = { "org.zdepth.ZDepth", "org.zdepth.ZDepthCompositor" };
    REQUIRE_INT(the.count(), 4);
    REQUIRE(the.get(-1) == NULL);
    REQUIRE(the.get(4) == NULL);
    for (int p = 0; p < 4; p++) { /* the highest version comes last */
        REQUIRE_TEXT(the.get(p)->identifier, names[p % 2]);
        REQUIRE_INT(the.get(p)->major, 1 + p / 2);
        REQUIRE_INT(the.get(p)->minor, 0);
        REQUIRE_INT(the.get(p)->api_version, 1);
    }
}

static char *described(ofx_plugin *plugin)
{
    bool general = plugin == the.compositor || plugin == the.second_compositor;
    ofx_effect d = mock_describe(plugin, general ? "OfxImageEffectContextGeneral"
                                                 : "OfxImageEffectContextFilter");
    char *text = d != NULL ? mock_dump(d) : NULL;
    if (d != NULL) {
        mock_free_descriptor(d);
    }
    return text;
}

static void test_loading_over_and_over(void)
{
    ofx_plugin *both[] = { the.filter, the.compositor };
    for (int p = 0; p < 2; p++) {
        char *first = NULL;
        for (int i = 0; i < 100; i++) {
            REQUIRE_INT(start_plugin(both[p]), OFX_OK);
            char *text = described(both[p]);
            REQUIRE(text != NULL);
            if (first == NULL) {
                first = text;
            } else {
                REQUIRE_TEXT(text, first);
                free(text);
            }
            stop_plugin(both[p]);
        }
        for (int i = 0; i < 20; i++) {
            REQUIRE_INT(start_plugin(both[p]), OFX_OK);
        }
        stop_plugin(both[p]);
        free(first);
    }
}

/* The names and orders in people's projects. ZD_UPDATE_GOLDEN=1 writes the files anew. */
static void test_descriptors_are_as_before(void)
{
    static const char *const names[] = { "filter", "compositor", "filter_2", "compositor_2" };
    const char *source = getenv("ZD_SOURCE");
    if (source == NULL) {
        SKIP("ZD_SOURCE is not set");
    }
    for (int p = 0; p < 4; p++) {
        char path[4096];
        static char golden[1 << 17];
        REQUIRE_INT(start_plugin(the.get(p)), OFX_OK);
        char *text = described(the.get(p));
        snprintf(path, sizeof path, "%s/tests/ofx/descriptor_%s.txt", source, names[p]);
        if (getenv("ZD_UPDATE_GOLDEN") != NULL) {
            FILE *out = fopen(path, "w");
            REQUIRE(out != NULL);
            fputs(text, out);
            fclose(out);
        }
        FILE *in = fopen(path, "r");
        REQUIRE(in != NULL);
        size_t size = fread(golden, 1, sizeof golden - 1, in);
        fclose(in);
        golden[size] = '\0';
        if (strcmp(text, golden) != 0) {
            ZD_TEST_FAIL("the descriptor differs from %s", path);
        }
        free(text);
        stop_plugin(the.get(p));
    }
}

/* Check 2. */
static void test_missing_suites(void)
{
    static const char *const required[] = { "OfxPropertySuite", "OfxImageEffectSuite",
                                            "OfxParameterSuite" };
    for (int i = 0; i < 3; i++) {
        mock_how = (mock_options){ .missing_suite = required[i] };
        REQUIRE_INT(start_plugin(the.filter), OFX_ERR_MISSING_HOST_FEATURE);
    }
    mock_how = (mock_options){ 0 };
    REQUIRE_INT(start_plugin(the.filter), OFX_OK);
    stop_plugin(the.filter);
}

static void test_hostile_host(void)
{
    mock_how = (mock_options){ .no_optional_suites = true,
                               .refuse_setting = true,
                               .fail_dimension = true };
    for (int compositor = 0; compositor < 2; compositor++) {
        rig s;
        rig_open(&s, compositor != 0, ZD_SAMPLE_F32);
        if (!compositor) {
            mock_set_int(s.effect, "transparency", 1);
        }
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE(!same_pixels(s.output, s.source));
        REQUIRE_INT(mock_action(s.effect, "OfxActionSomethingNew", NULL, NULL), OFX_REPLY_DEFAULT);
        mock_user_edit(s.effect, "analyse");
        mock_user_edit(s.effect, "add_box");
        mock_user_edit(s.effect, "preset");
        rig_close(&s);
    }
    mock_how = (mock_options){ 0 };
}

static void test_actions_without_arguments(void)
{
    static const char *const actions[] = { "OfxImageEffectActionRender",
                                           "OfxImageEffectActionIsIdentity",
                                           "OfxImageEffectActionGetRegionOfDefinition",
                                           "OfxImageEffectActionGetRegionsOfInterest",
                                           "OfxImageEffectActionGetClipPreferences",
                                           "OfxActionInstanceChanged" };
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    for (int i = 0; i < 6; i++) {
        ofx_props empty[2] = { mock_props_create(), mock_props_create() };
        ofx_status status = mock_action(s.effect, actions[i], empty[0], empty[1]);
        REQUIRE(status == OFX_OK || status == OFX_REPLY_DEFAULT);
        mock_props_free(empty[0]);
        mock_props_free(empty[1]);
    }
    rig_close(&s);
}

/* Check 9. */
static void test_optional_clips(void)
{
    rig s;
    rig_open(&s, true, ZD_SAMPLE_F32);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE(!same_pixels(s.output, s.source));
    /* Not connected: the background, and identity names it. */
    ofx_props in = mock_props_create();
    ofx_props out = mock_props_create();
    REQUIRE_INT(mock_action(s.effect, "OfxImageEffectActionIsIdentity", in, out),
                OFX_REPLY_DEFAULT);
    mock_connect(s.effect, "Foreground", NULL);
    REQUIRE_INT(mock_action(s.effect, "OfxImageEffectActionIsIdentity", in, out), OFX_OK);
    REQUIRE_TEXT(mock_props_find(out, "OfxPropName")->texts[0], "Source");
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE(same_pixels(s.output, s.source));
    /* Connected, they say, and no image comes. */
    mock_connect(s.effect, "Foreground", s.insert);
    mock_clip(s.effect, "Foreground")->lies = true;
    mock_clip(s.effect, "Depth")->lies = true;
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE(same_pixels(s.output, s.source));
    mock_clip(s.effect, "Foreground")->lies = false;
    mock_clip(s.effect, "Depth")->lies = false;
    /* An insert and a map of other sizes and types. */
    ofx_rect_i small = { -20, 30, 100, 90 };
    mock_image *insert = mock_image_create(small, ZD_SAMPLE_U8, 3, 0, true);
    mock_image *map = mock_image_create((ofx_rect_i){ 0, 0, 60, 40 }, ZD_SAMPLE_U16, 1, 0, false);
    scene_fill(insert, SCENE_COLOUR);
    scene_fill(map, SCENE_DEPTH);
    mock_connect(s.effect, "Foreground", insert);
    mock_connect(s.effect, "Depth", map);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE(!same_pixels(s.output, s.source));
    REQUIRE_BYTES(mock_image_pixel(s.output, 0, 0), mock_image_pixel(s.source, 0, 0),
                  (size_t) SCENE_WIDTH * 16);
    /* No source at all: nothing, not garbage. */
    mock_connect(s.effect, "Source", NULL);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    float rgba[4];
    mock_image_get(s.output, 50, 50, rgba);
    REQUIRE(rgba[0] == 0.0f && rgba[3] == 0.0f);
    mock_image_free(insert);
    mock_image_free(map);
    mock_props_free(in);
    mock_props_free(out);
    REQUIRE_INT(atomic_load(&mock_images_alive), 0);
    rig_close(&s);
}

/* No model: the source passes, one message. */
static void test_model_is_missing(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_U8);
    mock_set_int(s.effect, "transparency", 1);
    mock_connect(s.effect, "Depth", NULL);
    mock_set_text(s.effect, "model", "/nowhere/at-all.safetensors");
    atomic_store(&mock_messages, 0);
    for (int i = 0; i < 3; i++) {
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE(same_pixels(s.output, s.source));
    }
    REQUIRE_INT(atomic_load(&mock_messages), 1);
    rig_close(&s);
}

/* Check 11. */
static void test_identity(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    ofx_props in = mock_props_create();
    ofx_props out = mock_props_create();
    for (int bits = 0; bits < 8; bits++) {
        mock_set_int(s.effect, "transparency", bits & 1);
        mock_set_int(s.effect, "mask_effects", bits >> 1 & 1);
        mock_set_int(s.effect, "view", bits >> 2 & 1);
        ofx_status status = mock_action(s.effect, "OfxImageEffectActionIsIdentity", in, out);
        REQUIRE_INT(status, bits == 0 ? OFX_OK : OFX_REPLY_DEFAULT);
        REQUIRE_INT(rig_render(&s), OFX_OK);
        REQUIRE(same_pixels(s.output, s.source) == (bits == 0));
    }
    mock_props_free(in);
    mock_props_free(out);
    rig_close(&s);
}

static void test_regions(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    ofx_props in = mock_props_create();
    ofx_props out = mock_props_create();
    ofx_clip source = mock_clip(s.effect, "Source");
    source->rod = (ofx_rect_d){ -10.5, 3.0, 322.5, 220.0 };
    REQUIRE_INT(mock_action(s.effect, "OfxImageEffectActionGetRegionsOfInterest", in, out), OFX_OK);
    mock_prop *roi = mock_props_find(out, "OfxImageClipPropRoI_Source");
    REQUIRE(roi != NULL);
    REQUIRE_NEAR(roi->numbers[0], -10.5, 0.0);
    REQUIRE_NEAR(roi->numbers[3], 220.0, 0.0);
    source->rod = (ofx_rect_d){ INT32_MIN, INT32_MIN, INT32_MAX, INT32_MAX };
    REQUIRE_INT(mock_action(s.effect, "OfxImageEffectActionGetRegionOfDefinition", in, out),
                OFX_OK);
    mock_prop *rod = mock_props_find(out, "OfxImageEffectPropRegionOfDefinition");
    REQUIRE_NEAR(rod->numbers[0], INT32_MIN, 0.0);
    REQUIRE_NEAR(rod->numbers[2], INT32_MAX, 0.0);
    mock_props_free(in);
    mock_props_free(out);
    rig_close(&s);
}

static void test_fields(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "transparency", 1);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    static const char *const fields[] = { "OfxFieldNone", "OfxFieldBoth", "OfxFieldLower",
                                          "OfxFieldUpper" };
    for (int f = 0; f < 4; f++) {
        mock_image *out = scene_output(ZD_SAMPLE_F32);
        mock_image *empty = scene_output(ZD_SAMPLE_F32);
        mock_connect(s.effect, "Output", out);
        mock_render_args args = whole_of(out);
        args.field = fields[f];
        REQUIRE_INT(mock_render(s.effect, &args), OFX_OK);
        for (int y = 0; y < SCENE_HEIGHT; y++) {
            bool written = f < 2 || (f == 2) == (y % 2 == 0);
            const mock_image *want = written ? s.output : empty;
            REQUIRE_BYTES(mock_image_pixel(out, 0, y), mock_image_pixel(want, 0, y),
                          (size_t) SCENE_WIDTH * 16);
        }
        mock_image_free(out);
        mock_image_free(empty);
    }
    rig_close(&s);
}

static void test_view_is_not_stored(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_prop *stored =
        mock_props_find(&mock_param(s.effect, "view")->props, "OfxParamPropPersistant");
    REQUIRE(stored != NULL && stored->ints[0] == 0);
    mock_set_int(s.effect, "view", 2);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    REQUIRE(!same_pixels(s.output, s.source));
    REQUIRE_INT(mock_action(s.effect, "OfxActionEndInstanceEdit", NULL, NULL), OFX_OK);
    REQUIRE_INT(mock_param(s.effect, "view")->whole, 0);
    rig_close(&s);
}

static void test_roll_call_changes_nothing(void)
{
    for (int p = 0; p < 4; p++) {
        mock_how = (mock_options){ .name = "com.vegascreativesoftware.vegas" };
        rig s;
        rig_open_plugin(&s, the.get(p), ZD_SAMPLE_F32);
        ofx_props in = mock_props_create();
        mock_props_text(in, "OfxPropChangeReason", "OfxChangeUserEdited");
        mock_action(s.effect, "OfxActionBeginInstanceChanged", in, NULL);
        for (int i = 0; i < s.effect->params.count; i++) {
            mock_props_text(in, "OfxPropType", "OfxTypeParameter");
            mock_props_text(in, "OfxPropName", s.effect->params.params[i]->name);
            mock_props_number(in, "OfxPropTime", 0, 0.0);
            mock_action(s.effect, "OfxActionInstanceChanged", in, NULL);
        }
        mock_action(s.effect, "OfxActionEndInstanceChanged", in, NULL);
        REQUIRE_INT(s.effect->params.sets, 0);
        REQUIRE_INT(s.effect->params.edits, 0);
        mock_props_free(in);
        rig_close(&s);
        mock_how = (mock_options){ 0 };
    }
}

static void test_presets(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "transparency", 1);
    mock_set_int(s.effect, "mask_effects", 0);
    mock_set_int(s.effect, "preset", 2);
    mock_user_edit(s.effect, "preset");
    REQUIRE_INT(s.effect->params.edits, 1);
    REQUIRE_INT(s.effect->params.edit_depth, 0);
    REQUIRE_INT(mock_param(s.effect, "invert")->whole, 1);
    REQUIRE_INT(mock_param(s.effect, "mask_effects")->whole, 1);
    REQUIRE_INT(mock_param(s.effect, "transparency")->whole, 0);
    mock_set_int(s.effect, "preset", 1);
    mock_user_edit(s.effect, "preset");
    REQUIRE_INT(s.effect->params.edits, 2);
    REQUIRE_INT(mock_param(s.effect, "invert")->whole, 0);
    rig_close(&s);
}

static void test_analysis(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "transparency", 1);
    mock_image *other = scene_image(SCENE_COLOUR, ZD_SAMPLE_F32);
    mock_clip(s.effect, "Source")->images[3] = other;
    mock_props_number(&mock_clip(s.effect, "Source")->props, "OfxImageEffectPropFrameRange", 0,
                      0.0);
    mock_props_number(&mock_clip(s.effect, "Source")->props, "OfxImageEffectPropFrameRange", 1,
                      5.0);
    mock_progress_updates = 0;
    mock_user_edit(s.effect, "analyse");
    REQUIRE(mock_progress_updates >= 6); /* more where a frame takes long */
    REQUIRE(mock_param(s.effect, "analysis")->text[0] != '\0');
    REQUIRE_INT(s.effect->params.edits, 1);
    REQUIRE(mock_param(s.effect, "nearest")->numbers[0] > 0.7);
    REQUIRE(mock_param(s.effect, "furthest")->numbers[0] < 0.3);
    double depth_in = mock_param(s.effect, "depth_in")->numbers[0];
    REQUIRE(depth_in > 0.3 && depth_in < 0.8);
    REQUIRE_INT(mock_param(s.effect, "auto_depth")->whole, 1);
    REQUIRE_INT(mock_param(s.effect, "lock_range")->whole, 0);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    float rgba[4];
    mock_image_get(s.output, 183, 98, rgba);
    REQUIRE(rgba[3] > 0.99f);
    /* A broken text is no analysis. */
    mock_set_text(s.effect, "analysis", "0\nzdepth shots nonsense");
    REQUIRE_INT(rig_render(&s), OFX_OK);
    mock_set_text(s.effect, "analysis", "");
    mock_how.cancel_progress = true;
    mock_user_edit(s.effect, "analyse");
    mock_how.cancel_progress = false;
    REQUIRE_TEXT(mock_param(s.effect, "analysis")->text, "");
    REQUIRE_INT(atomic_load(&mock_images_alive), 0);
    mock_image_free(other);
    rig_close(&s);
}

static void test_mode_keeps_the_picture(void)
{
    rig s;
    rig_open(&s, false, ZD_SAMPLE_F32);
    mock_set_int(s.effect, "transparency", 1);
    mock_user_edit(s.effect, "analyse");
    mock_set_number(s.effect, "depth_in", 0.6);
    mock_user_edit(s.effect, "depth_in");
    REQUIRE_INT(mock_param(s.effect, "auto_depth")->whole, 0);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    mock_image *normalised = scene_output(ZD_SAMPLE_F32);
    mock_set_int(s.effect, "mode", 1);
    mock_user_edit(s.effect, "mode");
    REQUIRE(mock_param(s.effect, "depth_in")->numbers[0] > 0.6);
    REQUIRE_INT(rig_render_to(&s, normalised), OFX_OK);
    REQUIRE(largest_difference(normalised, s.output) < 0.01f);
    mock_image_free(normalised);
    rig_close(&s);
}

/* Check 12. */
typedef struct pen {
    rig *s;
    ofx_entry overlay;
    ofx_props in;
} pen;

static ofx_status act(pen *p, const char *action, double x, double y)
{
    mock_props_number(p->in, "OfxInteractPropPenPosition", 0, x);
    mock_props_number(p->in, "OfxInteractPropPenPosition", 1, y);
    return p->overlay(action, p->in, p->in, NULL);
}

static void open_pen(pen *p, rig *s)
{
    mock_prop *pointer =
        mock_props_find(&s->descriptor->props, "OfxImageEffectPluginPropOverlayInteractV2");
    REQUIRE(pointer != NULL);
    p->s = s;
    memcpy(&p->overlay, &pointer->pointers[0], sizeof p->overlay);
    p->in = mock_props_create();
    mock_props_pointer(p->in, "OfxPropEffectInstance", s->effect);
    mock_props_number(p->in, "OfxPropTime", 0, 0.0);
    mock_props_number(p->in, "OfxInteractPropPixelScale", 0, 1.0);
    mock_props_number(p->in, "OfxInteractPropPixelScale", 1, 1.0);
    REQUIRE_INT(p->overlay("OfxActionDescribe", p->in, NULL, NULL), OFX_OK);
    REQUIRE_INT(p->overlay("OfxActionCreateInstance", p->in, NULL, NULL), OFX_OK);
}

static void require_corners(rig *s, double x1, double y1, double x2, double y2)
{
    ofx_param a = mock_param(s->effect, "box_a");
    ofx_param b = mock_param(s->effect, "box_b");
    REQUIRE_NEAR(a->numbers[0], x1, 1e-9);
    REQUIRE_NEAR(a->numbers[1], y1, 1e-9);
    REQUIRE_NEAR(b->numbers[0], x2, 1e-9);
    REQUIRE_NEAR(b->numbers[1], y2, 1e-9);
}

static void test_overlay(void)
{
    rig s;
    pen p;
    rig_open(&s, false, ZD_SAMPLE_F32);
    open_pen(&p, &s);
    /* Pixel aspect 2: the frame is twice as wide in the pen's coordinates. */
    mock_clip(s.effect, "Source")->rod = (ofx_rect_d){ 100.0, -50.0, 766.0, 167.0 };
    REQUIRE_INT(act(&p, "OfxInteractActionPenMotion", 300.0, 50.0), OFX_REPLY_DEFAULT);
    REQUIRE_INT(act(&p, "OfxInteractActionPenUp", 300.0, 50.0), OFX_REPLY_DEFAULT);
    REQUIRE_INT(act(&p, "OfxInteractActionPenDown", 90.0, 50.0), OFX_REPLY_DEFAULT);
    REQUIRE_INT(act(&p, "OfxInteractActionKeyDown", 300.0, 50.0), OFX_REPLY_DEFAULT);
    mock_draw_calls = 0;
    REQUIRE_INT(act(&p, "OfxInteractActionDraw", 0.0, 0.0), OFX_REPLY_DEFAULT);
    /* From the upper right to the lower left, around the disc's middle. */
    REQUIRE_INT(act(&p, "OfxInteractActionPenDown", 100.0 + 0.6 * 666.0, -50.0 + 0.5 * 217.0),
                OFX_OK);
    REQUIRE_INT(act(&p, "OfxInteractActionPenMotion", 100.0 + 0.55 * 666.0, -50.0 + 0.45 * 217.0),
                OFX_OK);
    require_corners(&s, 0.55, 0.45, 0.6, 0.5); /* they follow the pen */
    REQUIRE_INT(act(&p, "OfxInteractActionDraw", 0.0, 0.0), OFX_REPLY_DEFAULT);
    REQUIRE_INT(mock_draw_calls, 0);
    int context = 0;
    mock_props_pointer(p.in, "OfxInteractPropDrawContext", &context);
    REQUIRE_INT(act(&p, "OfxInteractActionDraw", 0.0, 0.0), OFX_OK);
    REQUIRE(mock_draw_calls > 0);
    REQUIRE_NEAR(mock_drawn[0].x, 100.0 + 0.6 * 666.0, 1e-9);
    REQUIRE_NEAR(mock_drawn[2].x, 100.0 + 0.55 * 666.0, 1e-9);
    REQUIRE_INT(act(&p, "OfxInteractActionPenUp", 100.0 + 0.5 * 666.0, -50.0 + 0.4 * 217.0),
                OFX_OK);
    require_corners(&s, 0.5, 0.4, 0.6, 0.5);
    REQUIRE_INT(s.effect->params.edits, 1);
    REQUIRE_INT(s.effect->params.edit_depth, 0);
    REQUIRE(mock_param(s.effect, "boxes")->text[0] != '\0');
    char *dragged = strdup(mock_param(s.effect, "analysis")->text);
    REQUIRE(dragged[0] != '\0');
    double depth_in = mock_param(s.effect, "depth_in")->numbers[0];
    REQUIRE(depth_in > 0.3 && depth_in < 0.83);
    /* The button with the same corners finds the same. */
    mock_set_text(s.effect, "analysis", "");
    mock_set_text(s.effect, "boxes", "");
    mock_set_point(s.effect, "box_a", 0.5, 0.4);
    mock_set_point(s.effect, "box_b", 0.6, 0.5);
    mock_user_edit(s.effect, "add_box");
    REQUIRE_TEXT(mock_param(s.effect, "analysis")->text, dragged);
    free(dragged);
    mock_user_edit(s.effect, "clear_boxes");
    REQUIRE_TEXT(mock_param(s.effect, "boxes")->text, "");
    mock_props_free(p.in);
    rig_close(&s);
}

static void test_overlay_at_the_border(void)
{
    rig s;
    pen p;
    rig_open(&s, false, ZD_SAMPLE_F32);
    open_pen(&p, &s);
    /* Beyond the frame's right and upper edge; at scale 0.5 the pen's coordinates stay. */
    mock_props_number(p.in, "OfxImageEffectPropRenderScale", 0, 0.5);
    REQUIRE_INT(act(&p, "OfxInteractActionPenDown", 0.5 * SCENE_WIDTH, 0.75 * SCENE_HEIGHT),
                OFX_OK);
    REQUIRE_INT(act(&p, "OfxInteractActionPenUp", 900.0, 900.0), OFX_OK);
    require_corners(&s, 0.5, 0.75, 1.0, 1.0);
    /* A click that slipped is no box. */
    int sets = s.effect->params.sets;
    REQUIRE_INT(act(&p, "OfxInteractActionPenDown", 50.0, 50.0), OFX_OK);
    REQUIRE_INT(act(&p, "OfxInteractActionPenUp", 52.0, 51.0), OFX_OK);
    REQUIRE_INT(s.effect->params.sets, sets);
    REQUIRE_INT(s.effect->params.edit_depth, 0);
    mock_props_free(p.in);
    rig_close(&s);
}

static void test_vegas_profile(void)
{
    mock_how = (mock_options){ .name = "com.vegascreativesoftware.vegas" };
    rig s;
    rig_open(&s, true, ZD_SAMPLE_U8);
    REQUIRE(mock_clip(s.effect, "Background") != NULL);
    REQUIRE(mock_clip(s.effect, "Foreground") != NULL);
    REQUIRE(mock_clip(s.effect, "Depth") == NULL);
    mock_prop *depths =
        mock_props_find(&s.descriptor->props, "OfxImageEffectPropSupportedPixelDepths");
    REQUIRE_TEXT(depths->texts[0], "OfxBitDepthByte");
    REQUIRE_TEXT(depths->texts[1], "OfxBitDepthFloat");
    mock_set_int(s.effect, "swap_inputs", 1);
    REQUIRE_INT(rig_render(&s), OFX_OK);
    rig_close(&s);
    mock_how = (mock_options){ 0 };
}

int main(int argc, char **argv)
{
    char cache[] = "/tmp/zdepth-ofx-XXXXXX";
    plugin_path = argc > 1 ? argv[1] : "";
    setenv("ZD_CACHE", mkdtemp(cache), 1);
    RUN(load_plugin);
    RUN(test_plugins_are_two_in_two_versions);
    RUN(test_loading_over_and_over);
    RUN(test_descriptors_are_as_before);
    RUN(test_missing_suites);
    RUN(test_hostile_host);
    RUN(test_actions_without_arguments);
    RUN(test_optional_clips);
    RUN(test_model_is_missing);
    RUN(test_identity);
    RUN(test_regions);
    RUN(test_fields);
    RUN(test_view_is_not_stored);
    RUN(test_roll_call_changes_nothing);
    RUN(test_presets);
    RUN(test_analysis);
    RUN(test_mode_keeps_the_picture);
    RUN(test_overlay);
    RUN(test_overlay_at_the_border);
    RUN(test_vegas_profile);
    rmdir(cache);
    return zd_test_finish();
}
