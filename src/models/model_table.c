/* SPDX-FileCopyrightText: 2026 The Zdepth developers */
/* SPDX-License-Identifier: Apache-2.0 */

/* The models that can be installed. Hashes are those that independent projects pinned for the
 * published files. Only Small is published as safetensors; a pickle can run any program when it is
 * opened, so the others are converted by whoever trusts their source. */

#include <assert.h>
#include <string.h>

#include "models/model_store.h"
#include "models/model_table_file.h"

#define V2           ZD_NETWORK_VARIANT_V2, ZD_NETWORK_KIND_RELATIVE, 0.0f, NULL, false, false
#define ROOMS        ZD_NETWORK_VARIANT_V2, ZD_NETWORK_KIND_METRIC, 20.0f, NULL, false, false
#define ROADS        ZD_NETWORK_VARIANT_V2, ZD_NETWORK_KIND_METRIC, 80.0f, NULL, false, false
#define OTHERS       ZD_NETWORK_VARIANT_AUTO, ZD_NETWORK_KIND_AUTO, 0.0f, NULL, false, false
#define METRIC_VIDEO ZD_NETWORK_VARIANT_AUTO, ZD_NETWORK_KIND_METRIC, 80.0f, NULL, false, false
#define METRIC_STILL ZD_NETWORK_VARIANT_AUTO, ZD_NETWORK_KIND_METRIC, 0.0f, NULL, false, false
#define UNCLEAR      "Apache-2.0 (see its card)", false
#define SHIPPED \
    ZD_MODEL_SHIPPED, ZD_NETWORK_VARIANT_AUTO, ZD_NETWORK_KIND_AUTO, 0.0f, NULL, false, false
#define NONCOMMERCIAL "CC-BY-NC-4.0", false
#define RESEARCH      "research sets (models/README.md)", false

/* Of one commit, the last with this landmark network. */
static const zd_model_part face_parts[ZD_MODEL_PARTS] = {
    { "mediapipe/modules/face_detection/face_detection_short_range.tflite", 229032,
      "3bc182eb9f33925d9e58b5c8d59308a760f4adea8f282370e428c51212c26633" },
    { "mediapipe/modules/face_landmark/face_landmark.tflite", 1241896,
      "c603fa6149219a3e9487dc9abd7a0c24474c77263273d24868378cdf40aa26d1" },
};

static const zd_model_entry entries[] = {
    { "embedded", "Zdepth's own small network", "", "", "zdepth-embedded.safetensors", 0, "",
      RESEARCH, SHIPPED },
    { "embedded-permissive", "the same network without research sets", "", "",
      "zdepth-embedded-permissive.safetensors", 0, "", "Apache-2.0 (models/README.md)", true,
      SHIPPED },
    { "embedded-faces", "Zdepth's own face detector and landmarks, for face analysis", "", "",
      "zdepth-face.safetensors", 0, "", "Apache-2.0 (models/README.md)", true, ZD_MODEL_SHIPPED,
      ZD_NETWORK_VARIANT_AUTO, ZD_NETWORK_KIND_AUTO, 0.0f, NULL, true, false },
    { "embedded-styles", "Zdepth's own styles of painting, for the effect zstyle", "", "",
      "zdepth-style.safetensors", 0, "", "Apache-2.0 (models/README.md)", true, ZD_MODEL_SHIPPED,
      ZD_NETWORK_VARIANT_AUTO, ZD_NETWORK_KIND_AUTO, 0.0f, NULL, false, true },
    { "v2-small", "Depth Anything V2 Small", "depth-anything/Depth-Anything-V2-Small-hf",
      "5426e4f0f36572d16453bbda7a8389317b1bef99", "model.safetensors", 99173660,
      "3152477ce0d8d6978d76b995120de97cb5b928701fd0f817769f59e249a16b70", "Apache-2.0", true,
      ZD_MODEL_DOWNLOAD, V2 },
    { "v2-base", "Depth Anything V2 Base", "depth-anything/Depth-Anything-V2-Base", "",
      "depth_anything_v2_vitb.pth", 389961218,
      "0d2b7002e62d39d655571c371333340bd88f67ab95050c03591555aa05645328", NONCOMMERCIAL,
      ZD_MODEL_CONVERSION, V2 },
    { "v2-large", "Depth Anything V2 Large", "depth-anything/Depth-Anything-V2-Large", "",
      "depth_anything_v2_vitl.pth", 1341395338,
      "a7ea19fa0ed99244e67b624c72b8580b7e9553043245905be58796a608eb9345", NONCOMMERCIAL,
      ZD_MODEL_CONVERSION, V2 },
    { "v2-metric-indoor-small", "Depth Anything V2 Metric Hypersim Small",
      "depth-anything/Depth-Anything-V2-Metric-Hypersim-Small", "",
      "depth_anything_v2_metric_hypersim_vits.pth", 99222290,
      "b782898d8a3e8be1f639de33837ed85e9b4b73e40f8f5e5cd99067588d722545", "Apache-2.0", true,
      ZD_MODEL_CONVERSION, ROOMS },
    { "v2-metric-outdoor-small", "Depth Anything V2 Metric VKITTI Small",
      "depth-anything/Depth-Anything-V2-Metric-VKITTI-Small", "",
      "depth_anything_v2_metric_vkitti_vits.pth", 99221808,
      "9203e538d35255c90dda4b7fedb47ff33fe725497bcca3b1e53b3a65ee63f0cb", "Apache-2.0", true,
      ZD_MODEL_CONVERSION, ROADS },
    { "v2-metric-indoor-base", "Depth Anything V2 Metric Hypersim Base",
      "depth-anything/Depth-Anything-V2-Metric-Hypersim-Base", "",
      "depth_anything_v2_metric_hypersim_vitb.pth", 389965138,
      "9dc9e274c5eff55c6daf27b660c0ced0eca4e8593a6da90cdcb04d2b4d3f3fa2", NONCOMMERCIAL,
      ZD_MODEL_CONVERSION, ROOMS },
    { "v2-metric-outdoor-base", "Depth Anything V2 Metric VKITTI Base",
      "depth-anything/Depth-Anything-V2-Metric-VKITTI-Base", "",
      "depth_anything_v2_metric_vkitti_vitb.pth", 389964656,
      "4dad67a7cc10b462bca48e6b8569c762b8eb3c1adada170a3851a6d3ba37bb3e", NONCOMMERCIAL,
      ZD_MODEL_CONVERSION, ROADS },
    { "v2-metric-indoor-large", "Depth Anything V2 Metric Hypersim Large",
      "depth-anything/Depth-Anything-V2-Metric-Hypersim-Large", "",
      "depth_anything_v2_metric_hypersim_vitl.pth", 1341401882,
      "6f82ff2bc543ac02ddff4aa31fa363676a8305dd3ccf04e80e2af115a044cb6d", NONCOMMERCIAL,
      ZD_MODEL_CONVERSION, ROOMS },
    { "v2-metric-outdoor-large", "Depth Anything V2 Metric VKITTI Large",
      "depth-anything/Depth-Anything-V2-Metric-VKITTI-Large", "",
      "depth_anything_v2_metric_vkitti_vitl.pth", 1341401064,
      "239b1054a369e66da2576e9a118d6d7c12d90dc8ebe609579a9a09cd8e05fe38", NONCOMMERCIAL,
      ZD_MODEL_CONVERSION, ROADS },
    { "vda-small", "Video Depth Anything Small", "depth-anything/Video-Depth-Anything-Small",
      "a396fdd839642f9bb4d08d54cae9fbf43ca13388", "video_depth_anything_vits.pth", 0,
      "13379300b739e659f076a59d52e9801bd8d38c541a7e71f73bbca4dcfb013609", "Apache-2.0", true,
      ZD_MODEL_CONVERSION, OTHERS },
    { "vda-base", "Video Depth Anything Base", "depth-anything/Video-Depth-Anything-Base", "",
      "video_depth_anything_vitb.pth", 0, "", NONCOMMERCIAL, ZD_MODEL_CONVERSION, OTHERS },
    { "vda-large", "Video Depth Anything Large", "depth-anything/Video-Depth-Anything-Large", "",
      "video_depth_anything_vitl.pth", 0, "", NONCOMMERCIAL, ZD_MODEL_CONVERSION, OTHERS },
    { "vda-metric-small", "Video Depth Anything Metric Small",
      "depth-anything/Metric-Video-Depth-Anything-Small", "",
      "metric_video_depth_anything_vits.pth", 0, "", UNCLEAR, ZD_MODEL_CONVERSION, METRIC_VIDEO },
    { "vda-metric-base", "Video Depth Anything Metric Base",
      "depth-anything/Metric-Video-Depth-Anything-Base", "", "metric_video_depth_anything_vitb.pth",
      0, "", NONCOMMERCIAL, ZD_MODEL_CONVERSION, METRIC_VIDEO },
    { "vda-metric-large", "Video Depth Anything Metric Large",
      "depth-anything/Metric-Video-Depth-Anything-Large", "",
      "metric_video_depth_anything_vitl.pth", 0, "", NONCOMMERCIAL, ZD_MODEL_CONVERSION,
      METRIC_VIDEO },
    { "da3-small", "Depth Anything 3 Small", "depth-anything/DA3-SMALL", "", "model.safetensors",
      137248940, "", "Apache-2.0", true, ZD_MODEL_BY_HAND, OTHERS },
    { "da3-base", "Depth Anything 3 Base", "depth-anything/DA3-BASE", "", "model.safetensors", 0,
      "", "Apache-2.0", true, ZD_MODEL_BY_HAND, OTHERS },
    { "da3-mono-large", "Depth Anything 3 Mono Large", "depth-anything/DA3MONO-LARGE", "",
      "model.safetensors", 0, "", "Apache-2.0", true, ZD_MODEL_BY_HAND, OTHERS },
    { "da3-metric-large", "Depth Anything 3 Metric Large", "depth-anything/DA3METRIC-LARGE",
      "4010e39f3634a45bc60553321fb49fb760bd594e", "model.safetensors", 1336734448,
      "bbea5b0b3ee389849cffa7ddae89de064a90abd2b055fc5aa99aac68db324776", "Apache-2.0", true,
      ZD_MODEL_DOWNLOAD, METRIC_STILL },
    { "face-landmarks", "MediaPipe face detector and landmarks, for face analysis",
      "google-ai-edge/mediapipe", "33d683c67100ef3db37d9752fcf65d30bea440c4", "mediapipe/modules",
      229032 + 1241896, "", "Apache-2.0", true, ZD_MODEL_DOWNLOAD, ZD_NETWORK_VARIANT_AUTO,
      ZD_NETWORK_KIND_AUTO, 0.0f, face_parts, true, false },
};

enum { KNOWN = sizeof entries / sizeof entries[0] };

int zd_model_table_size(void)
{
    int extra;
    zd_model_table_file_entries(&extra);
    return KNOWN + extra;
}

const zd_model_entry *zd_model_table_at(int index)
{
    assert(index >= 0 && index < zd_model_table_size());
    int extra;
    return index < KNOWN ? &entries[index] : &zd_model_table_file_entries(&extra)[index - KNOWN];
}

const zd_model_entry *zd_model_table_find(const char *name)
{
    /* The known models come first, so that no file replaces one. */
    for (int i = 0; i < zd_model_table_size(); i++) {
        if (strcmp(zd_model_table_at(i)->name, name) == 0) {
            return zd_model_table_at(i);
        }
    }
    return NULL;
}
