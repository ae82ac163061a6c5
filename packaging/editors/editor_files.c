/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* Writes how editors on MLT show a frei0r plug-in of ours, out of the plug-in's own list of parameters
 * and the table of parameters, so that names, lists and defaults are theirs:
 *
 *     editor_files PLUGIN kdenlive|shotcut-meta|shotcut-ui|flowblade
 *
 * What the forms look like was read off what Debian's kdenlive 22.12, shotcut 22.12 and flowblade 2.8 carry;
 * tests/editors holds the files against the same rules. */

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "frei0r/frei0r_params.h"
#include "project/param.h"

enum { MOST = 64 };

typedef enum kind { SLIDER, SWITCH, LIST, PATH, TEXT } kind;

typedef struct entry {
    const char *name; /* the plug-in's */
    const char *label;
    const char *help;
    kind kind;
    double low; /* what 0 and 1 mean */
    double high;
    double initial; /* 0..1 */
    const char *text;
    const char *const *choices;
    int choice_count;
} entry;

typedef struct plugin {
    const char *service; /* "frei0r.zdepth" */
    const char *id;      /* "zdepth" */
    f0r_info info;
    void *instance; /* holds the entries' texts */
    void (*destruct)(void *);
    entry entries[MOST];
    int count;
} plugin;

/* Parameters that the table does not have, or that mean something else here. */
typedef struct extra {
    const char *name;
    const char *label;
    kind kind;
    double high;
} extra;

static const extra extras[] = {
    { "auto_depth", "Automatic depth", SWITCH, 1.0 },
    { "fps", "Frames a second of the depth map", SLIDER, 240.0 },
    { "boxes", "Selection boxes", TEXT, 1.0 },
    { "analysis_file", "Analysis file", PATH, 1.0 },
    { "effect", "Built-in effects", TEXT, 1.0 },
    { "x", "X", SLIDER, 1.0 },
    { "y", "Y", SLIDER, 1.0 },
    { "size", "Size", SLIDER, 1.0 },
    { "at_depth", "Depth of the insert (0: between the layers)", SLIDER, 1.0 },
    { "more_inserts", "More inserts", TEXT, 1.0 },
};

static bool describe_extra(entry *e)
{
    for (size_t i = 0; i < sizeof extras / sizeof *extras; i++) {
        if (strcmp(extras[i].name, e->name) == 0) {
            e->label = extras[i].label;
            e->kind = extras[i].kind;
            e->high = extras[i].high;
            return true;
        }
    }
    return false;
}

/* What 1 means: a list may end before the table's. */
static double highest(const char *name)
{
    double numbers[ZD_F_COUNT];
    f0r_param info;
    int index = 0;
    for (int i = 0; i < ZD_F_COUNT; i++) {
        numbers[i] = 1.0;
        zd_frei0r_param_info(i, &info);
        index = strcmp(info.name, name) == 0 ? i : index;
    }
    return zd_frei0r_value(numbers, index);
}

static void describe(entry *e)
{
    zd_param_id id = zd_param_find(e->name);
    if (describe_extra(e)) {
        return;
    }
    if (id == ZD_PARAM_COUNT) {
        fprintf(stderr, "editor_files: nothing is known of the parameter '%s'\n", e->name);
        exit(1);
    }
    const zd_param_desc *d = zd_param_describe(id);
    bool is_depth = id == ZD_P_DEPTH_IN || id == ZD_P_DEPTH_OUT; /* normalised, src/frei0r */
    e->label = d->label;
    e->kind = d->type == ZD_PARAM_PATH     ? PATH
              : d->type == ZD_PARAM_TEXT   ? TEXT
              : d->type == ZD_PARAM_COLOUR ? TEXT
              : d->type == ZD_PARAM_BOOL   ? SWITCH
              : d->type == ZD_PARAM_CHOICE ? LIST
                                           : SLIDER;
    e->low = is_depth ? 0.0 : d->min;
    e->high = is_depth ? 1.0 : d->max;
    e->choices = d->choices;
    if (e->kind == LIST) {
        e->high = highest(e->name);
        e->choice_count = (int) (e->high - e->low) + 1;
    }
}

static void *need(void *library, const char *name)
{
    void *found = dlsym(library, name);
    if (found == NULL) {
        fprintf(stderr, "editor_files: the plug-in has no %s\n", name);
        exit(1);
    }
    return found;
}

static void read_plugin(const char *path, plugin *out)
{
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        fprintf(stderr, "editor_files: %s\n", dlerror());
        exit(1);
    }
    void (*get_info)(f0r_info *);
    void (*get_param)(f0r_param *, int);
    void *(*construct)(unsigned, unsigned);
    void (*get_value)(void *, void *, int);
    *(void **) &get_info = need(library, "f0r_get_plugin_info");
    *(void **) &get_param = need(library, "f0r_get_param_info");
    *(void **) &construct = need(library, "f0r_construct");
    *(void **) &get_value = need(library, "f0r_get_param_value");
    *(void **) &out->destruct = need(library, "f0r_destruct");
    get_info(&out->info);
    out->id = out->info.plugin_type == F0R_FILTER ? "zdepth" : "zdepth_mixer";
    out->service = out->info.plugin_type == F0R_FILTER ? "frei0r.zdepth" : "frei0r.zdepth_mixer";
    void *instance = construct(64, 64);
    out->instance = instance;
    for (out->count = 0; out->count < out->info.num_params && out->count < MOST; out->count++) {
        entry *e = &out->entries[out->count];
        f0r_param info;
        get_param(&info, out->count);
        e->name = info.name;
        e->help = info.explanation;
        describe(e);
        if (info.type == F0R_STRING) {
            get_value(instance, &e->text, out->count);
        } else {
            get_value(instance, &e->initial, out->count);
        }
    }
}

/* ---- spelling ---- */

static void put_xml(const char *text)
{
    for (; *text != '\0'; text++) {
        const char *name = *text == '&'   ? "&amp;"
                           : *text == '<' ? "&lt;"
                           : *text == '"' ? "&quot;"
                                          : NULL;
        if (name != NULL) {
            fputs(name, stdout);
        } else {
            putchar(*text);
        }
    }
}

static void put_qml(const char *text)
{
    printf("qsTr('");
    for (; *text != '\0'; text++) {
        if (*text == '\'' || *text == '\\') {
            putchar('\\');
        }
        putchar(*text);
    }
    printf("')");
}

static const char *readable(const char *choice)
{
    static char text[80];
    size_t i = 0;
    for (; choice[i] != '\0' && i + 1 < sizeof text; i++) {
        text[i] = choice[i] == '-' || choice[i] == '_' ? ' ' : choice[i];
    }
    text[i] = '\0';
    return text;
}

static double value_of_choice(const entry *e, int index)
{
    return (index - e->low) / (e->high - e->low);
}

/* ---- Kdenlive ---- */

/* A list shows the value that is spelled like one of its own, and Kdenlive spells a default with six digits. */
static void kdenlive_list(const entry *e)
{
    printf(" default=\"%.6g\" paramlist=\"", e->initial);
    for (int i = 0; i < e->choice_count; i++) {
        printf("%s%.6g", i > 0 ? ";" : "", value_of_choice(e, i));
    }
    printf("\">\n        <paramlistdisplay>");
    for (int i = 0; i < e->choice_count; i++) {
        printf("%s", i > 0 ? "," : "");
        put_xml(readable(e->choices[i]));
    }
    printf("</paramlistdisplay>\n");
}

/* Its sliders multiply and cannot add: a range that does not begin at 0 is shown in hundredths. */
static void kdenlive_slider(const entry *e)
{
    double factor = e->low == 0.0 ? e->high : 100.0;
    printf(" default=\"%.9g\" min=\"0\" max=\"%.9g\" factor=\"%.9g\" decimals=\"%d\"%s>\n",
           e->initial, factor, factor, factor > 12.0 ? 0 : 3, e->low == 0.0 ? "" : " suffix=\"%\"");
}

static void kdenlive_parameter(const entry *e)
{
    static const char *const types[] = { [SLIDER] = "animated",
                                         [SWITCH] = "bool",
                                         [LIST] = "list",
                                         [PATH] = "url",
                                         [TEXT] = "keywords" };
    printf("    <parameter type=\"%s\" name=\"%s\"", types[e->kind], e->name);
    switch (e->kind) {
    case SLIDER:
        kdenlive_slider(e);
        break;
    case SWITCH:
        printf(" default=\"%g\" min=\"0\" max=\"1\">\n", e->initial);
        break;
    case LIST:
        kdenlive_list(e);
        break;
    case PATH:
        printf(">\n");
        break;
    case TEXT:
        printf(" default=\"");
        put_xml(e->text);
        printf("\" paramlist=\"");
        put_xml(e->text);
        printf("\">\n        <paramlistdisplay>default</paramlistdisplay>\n");
        break;
    }
    printf("        <name>");
    put_xml(e->label);
    printf("</name>\n        <comment>");
    put_xml(e->help);
    if (e->kind == SLIDER && e->low != 0.0) {
        printf(" 0 %% is %g, 100 %% is %g.", e->low, e->high);
    }
    printf("</comment>\n    </parameter>\n");
}

static void write_kdenlive(const plugin *p)
{
    const char *root = p->info.plugin_type == F0R_FILTER ? "effect" : "transition";
    printf("<?xml version=\"1.0\"?>\n<!DOCTYPE kpartgui>\n"
           "<%s LC_NUMERIC=\"C\" tag=\"%s\" id=\"%s\">\n    <name>",
           root, p->service, p->service);
    put_xml(p->info.name);
    printf("</name>\n    <description>");
    put_xml(p->info.explanation);
    printf("</description>\n    <author>%s</author>\n", p->info.author);
    for (int i = 0; i < p->count; i++) {
        kdenlive_parameter(&p->entries[i]);
    }
    printf("</%s>\n", root);
}

/* ---- Shotcut ---- */

static void write_shotcut_meta(const plugin *p)
{
    printf("import QtQuick 2.0\nimport org.shotcut.qml 1.0\n\nMetadata {\n"
           "    type: Metadata.Filter\n    objectName: '%s'\n    name: ",
           p->id);
    put_qml(p->info.name);
    printf("\n    keywords: ");
    put_qml("depth matte mask foreground background");
    printf("\n    mlt_service: '%s'\n    qml: 'ui.qml'\n}\n", p->service);
}

static void qml_read(const entry *e)
{
    static const char *const getters[] = { [SLIDER] = "getDouble",
                                           [SWITCH] = "get",
                                           [LIST] = "getDouble",
                                           [PATH] = "get",
                                           [TEXT] = "get" };
    printf("        ");
    switch (e->kind) {
    case SLIDER:
        printf("%s.value = %.9g + filter.%s('%s') * %.9g;\n", e->name, e->low, getters[e->kind],
               e->name, e->high - e->low);
        break;
    case SWITCH:
        printf("%s.checked = filter.%s('%s') >= 0.5;\n", e->name, getters[e->kind], e->name);
        break;
    case LIST:
        printf("%s.currentIndex = Math.round(filter.%s('%s') * %d);\n", e->name, getters[e->kind],
               e->name, e->choice_count - 1);
        break;
    case PATH:
    case TEXT:
        printf("%s.text = filter.%s('%s');\n", e->name, getters[e->kind], e->name);
        break;
    }
}

static void qml_set_initial(const entry *e)
{
    if (e->kind == PATH || e->kind == TEXT) {
        printf("            filter.set('%s', '%s');\n", e->name, e->text);
    } else {
        printf("            filter.set('%s', %.9g);\n", e->name, e->initial);
    }
}

static void qml_control(const entry *e)
{
    printf("\n        Label {\n            text: ");
    put_qml(e->kind == SWITCH ? "" : e->label);
    printf("\n            Layout.alignment: Qt.AlignRight\n        }\n\n");
    switch (e->kind) {
    case SLIDER:
        printf(
            "        Shotcut.SliderSpinner {\n            id: %s\n\n            minimumValue: %.9g\n"
            "            maximumValue: %.9g\n            decimals: %d\n            stepSize: %.9g\n"
            "            onValueChanged: store('%s', (value - %.9g) / %.9g)\n        }\n",
            e->name, e->low, e->high, e->high - e->low > 12.0 ? 0 : 2,
            e->high - e->low > 12.0 ? 1.0 : 0.01, e->name, e->low, e->high - e->low);
        break;
    case SWITCH:
        printf("        CheckBox {\n            id: %s\n\n            text: ", e->name);
        put_qml(e->label);
        printf("\n            onClicked: store('%s', checked ? 1 : 0)\n        }\n", e->name);
        break;
    case LIST:
        printf("        Shotcut.ComboBox {\n            id: %s\n\n            model: [", e->name);
        for (int i = 0; i < e->choice_count; i++) {
            printf("%s", i > 0 ? ", " : "");
            put_qml(readable(e->choices[i]));
        }
        printf("]\n            onActivated: store('%s', currentIndex / %d)\n        }\n", e->name,
               e->choice_count - 1);
        break;
    case PATH:
    case TEXT:
        printf(
            "        TextField {\n            id: %s\n\n            selectByMouse: true\n"
            "            Layout.fillWidth: true\n            onEditingFinished: store('%s', text)\n        }\n",
            e->name, e->name);
        break;
    }
}

static void write_shotcut_ui(const plugin *p)
{
    printf(
        "import QtQuick 2.12\nimport QtQuick.Controls 2.12\nimport QtQuick.Layouts 1.12\n"
        "import Shotcut.Controls 1.0 as Shotcut\n\nItem {\n    property var defaultParameters: [");
    for (int i = 0; i < p->count; i++) {
        printf("%s'%s'", i > 0 ? ", " : "", p->entries[i].name);
    }
    printf("]\n    property bool isReading: true\n\n    function store(name, value) {\n"
           "        if (!isReading)\n            filter.set(name, value);\n    }\n\n"
           "    function setControls() {\n        isReading = true;\n");
    for (int i = 0; i < p->count; i++) {
        qml_read(&p->entries[i]);
    }
    printf("        isReading = false;\n    }\n\n    width: 450\n    height: %d\n"
           "    Component.onCompleted: {\n        if (filter.isNew) {\n",
           40 * (p->count + 1));
    for (int i = 0; i < p->count; i++) {
        qml_set_initial(&p->entries[i]);
    }
    printf(
        "            filter.savePreset(defaultParameters);\n        }\n        setControls();\n    }\n\n"
        "    GridLayout {\n        columns: 2\n        anchors.fill: parent\n        anchors.margins: 8\n\n"
        "        Label {\n            text: qsTr('Preset')\n            Layout.alignment: Qt.AlignRight\n"
        "        }\n\n        Shotcut.Preset {\n            parameters: defaultParameters\n"
        "            onPresetSelected: setControls()\n        }\n");
    for (int i = 0; i < p->count; i++) {
        qml_control(&p->entries[i]);
    }
    printf("\n        Item {\n            Layout.fillHeight: true\n        }\n    }\n}\n");
}

/* ---- Flowblade ---- */

/* Arguments are parted by single spaces, so a space in a name is written as '!'; and lists are parted by
 * ',' and ':'. */
static void put_flowblade(const char *text)
{
    for (; *text != '\0'; text++) {
        putchar(*text == ' ' ? '!' : strchr(",:\"&<=", *text) != NULL ? '.' : *text);
    }
}

static void flowblade_property(const entry *e)
{
    printf("        <property name=\"%s\" args=\"", e->name);
    switch (e->kind) {
    case SLIDER:
        printf("editor=slider range_in=%.9g,%.9g range_out=0,1 step=%s scale_digits=%d", e->low,
               e->high, e->high - e->low > 12.0 ? "1" : "0.01", e->high - e->low > 12.0 ? 0 : 2);
        break;
    case SWITCH:
        printf("editor=booleancheckbox");
        break;
    case LIST:
        printf("editor=combobox exptype=default cbopts=");
        for (int i = 0; i < e->choice_count; i++) {
            printf("%s", i > 0 ? "," : "");
            put_flowblade(readable(e->choices[i]));
            printf(":%.9g", value_of_choice(e, i));
        }
        break;
    case PATH:
        printf(
            "editor=file_select exptype=file_resource file_types=.mkv.mov.mp4.exr.png.tif.pfm.txt");
        break;
    case TEXT:
        printf("editor=text_entry exptype=plain_string");
        break;
    }
    printf(" displayname=");
    put_flowblade(e->label);
    if (e->kind == PATH || e->kind == TEXT) {
        printf("\">%s</property>\n", e->text[0] != '\0' ? e->text : "&quot;&quot;");
    } else {
        printf("\">%.9g</property>\n", e->initial);
    }
}

static void write_flowblade(const plugin *p)
{
    printf("    <filter id=\"%s\">\n        <name>%s</name>\n        <group>Alpha</group>\n",
           p->service, p->info.name);
    for (int i = 0; i < p->count; i++) {
        flowblade_property(&p->entries[i]);
    }
    printf("    </filter>\n");
}

int main(int argc, char **argv)
{
    static const char *const names[] = { "kdenlive", "shotcut-meta", "shotcut-ui", "flowblade" };
    static void (*const writers[])(const plugin *) = { write_kdenlive, write_shotcut_meta,
                                                       write_shotcut_ui, write_flowblade };
    static plugin p;
    for (int i = 0; argc == 3 && i < 4; i++) {
        if (strcmp(argv[2], names[i]) == 0) {
            read_plugin(argv[1], &p);
            writers[i](&p);
            p.destruct(p.instance);
            return ferror(stdout) != 0;
        }
    }
    fprintf(stderr, "usage: editor_files PLUGIN kdenlive|shotcut-meta|shotcut-ui|flowblade\n");
    return 2;
}
