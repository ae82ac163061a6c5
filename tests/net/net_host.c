/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The net's host: drives the plug-ins as told on the command line and writes what they drew, raw.
 *
 *     net_host BUILD ofx-filter|ofx-compositor|frei0r-filter|frei0r-mixer WORD... OUTPUT
 *
 * Words are taken in their order:
 *     sample=u8|u16|f16|f32  size=WxH  at=X,Y  padding=N       the pictures (before the first render)
 *     premultiplied=CLIP     lose=CLIP                         how a clip is connected
 *     NAME=VALUE[,VALUE]                                       a parameter
 *     edit=NAME                                                as a user's edit or button
 *     time=N  window=X1,Y1,X2,Y2  scale=S                      the next renders
 *     render                                                   draws and appends the picture */

#include "ofx/ofx_scene.h"

#include "frei0r/frei0r_doors.h"

typedef struct stage {
    rig rig;
    bool is_open;
    bool is_compositor;
    zd_sample sample;
    int width;
    int height;
    int left;
    int bottom;
    int padding;
    mock_render_args args;
    bool has_window;
    FILE *out;
} stage;

static bool starts(const char *word, const char *name, const char **value)
{
    size_t length = strlen(name);
    *value = word + length + 1;
    return strncmp(word, name, length) == 0 && word[length] == '=';
}

static zd_sample sample_named(const char *name)
{
    return strcmp(name, "u8") == 0    ? ZD_SAMPLE_U8
           : strcmp(name, "u16") == 0 ? ZD_SAMPLE_U16
           : strcmp(name, "f16") == 0 ? ZD_SAMPLE_F16
                                      : ZD_SAMPLE_F32;
}

/* The scene moved to the right by a part of the frame for each unit of time. */
static void fill_at(mock_image *image, scene_kind kind, int time)
{
    const ofx_rect_i b = image->bounds;
    for (int y = b.y1; y < b.y2; y++) {
        for (int x = b.x1; x < b.x2; x++) {
            float rgba[4];
            float u = ((float) (x - b.x1) + 0.5f) / (float) (b.x2 - b.x1) - 0.03f * (float) time;
            float v = ((float) (y - b.y1) + 0.5f) / (float) (b.y2 - b.y1);
            scene_pixel(kind, u, v, x - b.x1, y - b.y1, rgba);
            mock_image_put(image, x, y, rgba);
        }
    }
}

static mock_image *make_image(const stage *s, zd_sample sample)
{
    ofx_rect_i bounds = { s->left, s->bottom, s->left + s->width, s->bottom + s->height };
    return mock_image_create(bounds, sample, 4, s->padding, false);
}

enum { TIMES = 6 };

static void connect_times(const stage *s, const char *clip, scene_kind kind, zd_sample sample)
{
    ofx_clip found = mock_clip(s->rig.effect, clip);
    if (found == NULL) {
        return;
    }
    mock_image *images[TIMES];
    for (int t = 0; t < TIMES; t++) {
        images[t] = make_image(s, sample);
        fill_at(images[t], kind, t);
    }
    mock_connect(s->rig.effect, clip, images[0]);
    for (int t = 0; t < TIMES; t++) {
        found->images[t] = images[t];
    }
}

static void open_stage(stage *s)
{
    if (s->is_open) {
        return;
    }
    s->is_open = true;
    rig_open(&s->rig, s->is_compositor, s->sample);
    connect_times(s, "Source", SCENE_COLOUR, s->sample);
    connect_times(s, "Background", SCENE_COLOUR, s->sample);
    connect_times(s, "Depth", SCENE_DEPTH, ZD_SAMPLE_F32);
    connect_times(s, "Foreground", SCENE_INSERT, s->sample);
    mock_image_free(s->rig.output);
    s->rig.output = make_image(s, s->sample);
    mock_connect(s->rig.effect, "Output", s->rig.output);
}

static void set_param(stage *s, const char *name, const char *value)
{
    ofx_param param = mock_param(s->rig.effect, name);
    if (param == NULL) {
        ZD_TEST_FAIL("there is no parameter '%s'", name);
    }
    if (strstr(param->type, "String") != NULL) {
        mock_set_text(s->rig.effect, name, value);
    } else if (strstr(param->type, "2D") != NULL) {
        char *end;
        double x = strtod(value, &end);
        mock_set_point(s->rig.effect, name, x, strtod(end + 1, NULL));
    } else if (strstr(param->type, "Double") != NULL) {
        mock_set_number(s->rig.effect, name, strtod(value, NULL));
    } else {
        mock_set_int(s->rig.effect, name, atoi(value));
    }
}

static void write_picture(FILE *out, const mock_image *image)
{
    size_t bytes = zd_format_pixel_bytes((zd_format){ image->sample, image->channels }) *
                   (size_t) (image->bounds.x2 - image->bounds.x1);
    for (int y = image->bounds.y2 - 1; y >= image->bounds.y1; y--) {
        fwrite(mock_image_pixel(image, image->bounds.x1, y), 1, bytes, out);
    }
}

static void render(stage *s)
{
    open_stage(s);
    mock_render_args args = s->args;
    args.window = s->has_window ? args.window : s->rig.output->bounds;
    atomic_store(&mock_messages, 0);
    for (int y = s->rig.output->bounds.y1; y < s->rig.output->bounds.y2; y++) {
        for (int x = s->rig.output->bounds.x1; x < s->rig.output->bounds.x2; x++) {
            mock_image_put(s->rig.output, x, y, (float[4]){ 0.25f, 0.5f, 0.75f, 1.0f });
        }
    }
    ofx_status status = mock_render(s->rig.effect, &args);
    printf("status %d, messages %d%s\n", (int) status, atomic_load(&mock_messages),
           atomic_load(&mock_message_stands) ? ", one stands" : "");
    write_picture(s->out, s->rig.output);
}

/* A word that says how pictures are; false for any other. */
static bool take_form(stage *s, const char *word)
{
    const char *value;
    if (starts(word, "sample", &value)) {
        s->sample = sample_named(value);
    } else if (starts(word, "size", &value)) {
        REQUIRE(sscanf(value, "%dx%d", &s->width, &s->height) == 2);
    } else if (starts(word, "at", &value)) {
        REQUIRE(sscanf(value, "%d,%d", &s->left, &s->bottom) == 2);
    } else if (starts(word, "padding", &value)) {
        s->padding = atoi(value);
    } else {
        return false;
    }
    return true;
}

static void take_word(stage *s, const char *word)
{
    const char *value;
    ofx_rect_i *w = &s->args.window;
    if (take_form(s, word)) {
        REQUIRE(!s->is_open);
        return;
    }
    open_stage(s);
    if (strcmp(word, "render") == 0) {
        render(s);
    } else if (starts(word, "premultiplied", &value)) {
        for (int t = 0; t < TIMES; t++) {
            mock_clip(s->rig.effect, value)->images[t]->premultiplication =
                "OfxImageAlphaPremultiplied";
        }
    } else if (starts(word, "lose", &value)) {
        mock_connect(s->rig.effect, value, NULL);
    } else if (starts(word, "edit", &value)) {
        mock_user_edit(s->rig.effect, value);
    } else if (starts(word, "time", &value)) {
        s->args.time = strtod(value, NULL);
    } else if (starts(word, "scale", &value)) {
        s->args.scale = strtod(value, NULL);
    } else if (starts(word, "window", &value)) {
        REQUIRE(sscanf(value, "%d,%d,%d,%d", &w->x1, &w->y1, &w->x2, &w->y2) == 4);
        s->has_window = true;
    } else {
        char name[64];
        const char *equals = strchr(word, '=');
        REQUIRE(equals != NULL && equals - word < (ptrdiff_t) sizeof name);
        snprintf(name, sizeof name, "%.*s", (int) (equals - word), word);
        set_param(s, name, equals + 1);
    }
}

/* The frei0r plug-ins: NAME=VALUE as the host has it, 0 to 1, or a text; then time=S and render. */
enum { F0R_WIDTH = 160, F0R_HEIGHT = 112 };

typedef struct door {
    void (*info)(f0r_info *info);
    void (*param_info)(f0r_param *info, int index);
    void *(*construct)(unsigned width, unsigned height);
    void (*destruct)(void *instance);
    void (*set)(void *instance, void *value, int index);
    void (*update)(void *instance, double time, const uint32_t *in, uint32_t *out);
    void (*update2)(void *instance, double time, const uint32_t *in1, const uint32_t *in2,
                    const uint32_t *in3, uint32_t *out);
    void *instance;
} door;

static void open_door(door *d, const char *path)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    int (*init)(void);
    if (library == NULL) {
        ZD_TEST_FAIL("%s", dlerror());
    }
    *(void **) &init = dlsym(library, "f0r_init");
    *(void **) &d->info = dlsym(library, "f0r_get_plugin_info");
    *(void **) &d->param_info = dlsym(library, "f0r_get_param_info");
    *(void **) &d->construct = dlsym(library, "f0r_construct");
    *(void **) &d->destruct = dlsym(library, "f0r_destruct");
    *(void **) &d->set = dlsym(library, "f0r_set_param_value");
    *(void **) &d->update = dlsym(library, "f0r_update");
    *(void **) &d->update2 = dlsym(library, "f0r_update2");
    REQUIRE(init() != 0);
    d->instance = d->construct(F0R_WIDTH, F0R_HEIGHT);
    REQUIRE(d->instance != NULL);
}

static void draw(scene_kind kind, int time, uint32_t *out)
{
    for (int i = 0; i < F0R_WIDTH * F0R_HEIGHT; i++) {
        float rgba[4];
        int x = i % F0R_WIDTH;
        int y = i / F0R_WIDTH;
        unsigned char codes[4];
        scene_pixel(kind, ((float) x + 0.5f) / F0R_WIDTH - 0.03f * (float) time,
                    1.0f - ((float) y + 0.5f) / F0R_HEIGHT, x, y, rgba);
        for (int c = 0; c < 4; c++) {
            codes[c] = (unsigned char) (fminf(rgba[c], 1.0f) * 255.0f + 0.5f);
        }
        memcpy(out + i, codes, 4);
    }
}

static void draw_through(const door *d, bool is_mixer, double time, FILE *out)
{
    static uint32_t picture[F0R_WIDTH * F0R_HEIGHT];
    static uint32_t insert[F0R_WIDTH * F0R_HEIGHT];
    static uint32_t drawn[F0R_WIDTH * F0R_HEIGHT];
    draw(SCENE_COLOUR, (int) (time * 24.0 + 0.5), picture);
    draw(SCENE_INSERT, 0, insert);
    if (is_mixer) {
        d->update2(d->instance, time, picture, insert, NULL, drawn);
    } else {
        d->update(d->instance, time, picture, drawn);
    }
    fwrite(drawn, 1, sizeof drawn, out);
}

static void set_door(const door *d, const char *word)
{
    f0r_info info;
    const char *value = strchr(word, '=');
    REQUIRE(value != NULL);
    d->info(&info);
    for (int i = 0; i < info.num_params; i++) {
        f0r_param param;
        d->param_info(&param, i);
        if (strncmp(param.name, word, (size_t) (value - word)) == 0 &&
            param.name[value - word] == '\0') {
            double number = strtod(value + 1, NULL);
            char *text = strdup(value + 1);
            d->set(d->instance, param.type == F0R_STRING ? (void *) &text : (void *) &number, i);
            free(text);
            return;
        }
    }
    ZD_TEST_FAIL("there is no parameter '%s'", word);
}

static void run_door(const char *path, bool is_mixer, int count, char **words, FILE *out)
{
    door d;
    double time = 0.0;
    open_door(&d, path);
    for (int i = 0; i < count; i++) {
        const char *value;
        if (strcmp(words[i], "render") == 0) {
            draw_through(&d, is_mixer, time, out);
        } else if (starts(words[i], "time", &value)) {
            time = strtod(value, NULL);
        } else {
            set_door(&d, words[i]);
        }
    }
    d.destruct(d.instance);
}

static void run_stage(const char *path, bool is_compositor, int count, char **words, FILE *out)
{
    stage s = { .sample = ZD_SAMPLE_F32,
                .width = 201,
                .height = 133,
                .args = { .scale = 1.0 },
                .is_compositor = is_compositor,
                .out = out };
    plugin_path = path;
    load_plugin();
    for (int i = 0; i < count; i++) {
        take_word(&s, words[i]);
    }
}

static int drive(int argc, char **argv)
{
    char path[4096];
    const char *kind = argv[2];
    FILE *out = fopen(argv[argc - 1], "wb");
    REQUIRE(out != NULL);
    if (strncmp(kind, "ofx-", 4) == 0) {
        snprintf(path, sizeof path, "%s/src/ofx/ZDepth.ofx", argv[1]);
        run_stage(path, strcmp(kind, "ofx-compositor") == 0, argc - 4, argv + 3, out);
    } else {
        bool is_mixer = strcmp(kind, "frei0r-mixer") == 0;
        snprintf(path, sizeof path, "%s/src/frei0r/%s.so", argv[1],
                 is_mixer ? "zdepth_mixer" : "zdepth");
        run_door(path, is_mixer, argc - 4, argv + 3, out);
    }
    return fclose(out) == 0 ? 0 : 1;
}

static char **arguments;
static int argument_count;

static void test_job(void)
{
    REQUIRE_INT(drive(argument_count, arguments), 0);
}

int main(int argc, char **argv)
{
    argument_count = argc;
    arguments = argv;
    if (argc < 4) {
        fputs("usage: net_host BUILD DOOR WORD... OUTPUT\n", stderr);
        return 2;
    }
    RUN(test_job);
    return zd_test_finish();
}
