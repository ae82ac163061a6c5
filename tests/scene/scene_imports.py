#!/usr/bin/env python3
# SPDX-FileCopyrightText: 2026 The Zdepth developers
# SPDX-License-Identifier: Apache-2.0
"""Scenes of other programs as FBX and Collada, written here by hand: a camera that moves, a light, an object with
a material and a picture, where the textbook has them.

usage: scene_imports.py ZDEPTH CLI_TESTS"""
import math
import re
import struct
import sys

sys.path.insert(0, sys.argv[2])
import exr_reader  # noqa: E402
from cli_harness import WORK, Skip, finish, run, zdepth  # noqa: E402

W, H = 640, 360
HEAD = f"zscene 1\nframe {{ size {W} {H} fps 24 range 1 25 }}\n"
SECOND = 46186158000  # FBX's ticks
HORIZONTAL = 50.0     # angle of the cameras
PLACES = {1: (3.0, 1.0, 10.0), 25: (5.0, 0.5, 9.0)}
QUAD, QUAD_SCALE = (1.0, 2.0, -3.0), 2.0


def call(*args):
    result = zdepth("scene", *args, cwd=WORK)
    if "built without" in result.stderr or "no OpenGL" in result.stderr:
        raise Skip(result.stderr.strip())
    assert result.returncode == 0, (args, result)
    return result


# ---- rotations: unit quaternions x, y, z, w ----


def about(axis, degrees):
    half = math.radians(degrees) / 2
    return [math.sin(half) * (i == axis) for i in range(3)] + [math.cos(half)]


def times(a, b):
    return [a[3] * b[0] + a[0] * b[3] + a[1] * b[2] - a[2] * b[1], a[3] * b[1] - a[0] * b[2] + a[1] * b[3] + a[2] * b[0],
            a[3] * b[2] + a[0] * b[1] - a[1] * b[0] + a[2] * b[3], a[3] * b[3] - a[0] * b[0] - a[1] * b[1] - a[2] * b[2]]


def turn(q, v):
    return times(times(q, [*v, 0.0]), [-q[0], -q[1], -q[2], q[3]])[:3]


def euler(x, y, z):
    """About x, then y, then z."""
    return times(about(2, z), times(about(1, y), about(0, x)))


# ---- what is seen ----


def seen(scene, camera, frame):
    """The camera's projection and the picture's depth at a frame."""
    (WORK / "seen.zscene").write_text((WORK / scene).read_text() + f"output seen {{ camera {camera} passes zdepth object_id }}\n")
    call("render", "seen.zscene", "--node", "seen", "--frames", str(frame), "-o", "seen.exr", "--quiet")
    ndc = struct.unpack("<16f", exr_reader.attributes((WORK / "seen.exr").read_bytes())[0]["worldToNDC"][1])
    return ndc, exr_reader.channel(WORK / "seen.exr", "Z"), exr_reader.channel(WORK / "seen.exr", "object_id")


def pixel(ndc, point):
    p = [*point, 1.0]
    x, y, _, w = (sum(p[i] * ndc[i * 4 + k] for i in range(4)) for k in range(4))
    return x / w * W, y / w * H


def require_camera(scene, frame, looks):
    """`looks` turns the axes of a camera that looks down -z, y up."""
    ndc, depth, ids = seen(scene, "Shot", frame)
    focal = W / 2 / math.tan(math.radians(HORIZONTAL) / 2)
    for x, y, z in ((0, 0, 5), (2, 1, 7), (-3, -1.5, 11), (0.5, -2, 30)):
        point = [a + b for a, b in zip(PLACES[frame], turn(looks, (x, y, -z)))]
        got = pixel(ndc, point)
        assert math.hypot(got[0] - (W / 2 + focal * x / z), got[1] - (H / 2 - focal * y / z)) < 0.01, (frame, point, got)
    # The quad's middle has the distance that it has along the camera's axis.
    back = [-c for c in turn(looks, (0, 0, -1))]
    distance = -sum(b * (q - p) for b, q, p in zip(back, QUAD, PLACES[frame]))
    x, y = (int(c) for c in pixel(ndc, QUAD))
    assert ids[y][x] == 1 and abs(depth[y][x] - distance) < 0.05, (x, y, depth[y][x], distance)


def node(text, kind, name):
    found = re.search(rf"^{kind} {name} \{{ (.*) \}}$", text, re.M)
    assert found, (kind, name, text)
    return found[1]


def numbers(line, key, count):
    return [float(c) for c in re.search(rf"\b{key} " + " ".join([r"(\S+)"] * count), line).groups()]


def near(got, expected, most=1e-3):
    assert len(got) == len(expected) and all(abs(a - b) <= most for a, b in zip(got, expected)), (got, expected)


# ---- FBX: cameras look along x, lights down y ----

FBX_TURN = {1: (10.0, 80.0, -5.0), 25: (10.0, 95.0, -5.0)}


def fbx_curve(number, first, last):
    return f"""	AnimationCurve: {number}, "AnimCurve::", "" {{
		Default: 0
		KeyVer: 4008
		KeyTime: *2 {{ a: 0,{SECOND} }}
		KeyValueFloat: *2 {{ a: {first},{last} }}
		KeyAttrFlags: *1 {{ a: 24836 }}
		KeyAttrDataFloat: *4 {{ a: 0,0,0,0 }}
		KeyAttrRefCount: *1 {{ a: 2 }}
	}}
"""


def fbx():
    values = [(PLACES[1][i], PLACES[25][i]) for i in range(3)] + [(FBX_TURN[1][i], FBX_TURN[25][i]) for i in range(3)]
    curves = "".join(fbx_curve(510 + i, *pair) for i, pair in enumerate(values))
    links = "".join(f'\tC: "OP",{510 + i},{503 + i // 3}, "d|{"XYZ"[i % 3]}"\n' for i in range(6))
    return f"""; FBX 7.4.0 project file
FBXHeaderExtension:  {{
	FBXHeaderVersion: 1003
	FBXVersion: 7400
	Creator: "by hand"
}}
GlobalSettings:  {{
	Version: 1000
	Properties70:  {{
		P: "UpAxis", "int", "Integer", "",1
		P: "UpAxisSign", "int", "Integer", "",1
		P: "FrontAxis", "int", "Integer", "",2
		P: "FrontAxisSign", "int", "Integer", "",1
		P: "CoordAxis", "int", "Integer", "",0
		P: "CoordAxisSign", "int", "Integer", "",1
		P: "UnitScaleFactor", "double", "Number", "",1
		P: "TimeMode", "enum", "", "",11
	}}
}}
Objects:  {{
	Geometry: 100, "Geometry::Wall", "Mesh" {{
		Vertices: *12 {{ a: -1,-1,0,1,-1,0,1,1,0,-1,1,0 }}
		PolygonVertexIndex: *4 {{ a: 0,1,2,-4 }}
		GeometryVersion: 124
		LayerElementUV: 0 {{
			Version: 101
			Name: "map"
			MappingInformationType: "ByPolygonVertex"
			ReferenceInformationType: "IndexToDirect"
			UV: *8 {{ a: 0,0,1,0,1,1,0,1 }}
			UVIndex: *4 {{ a: 0,1,2,3 }}
		}}
		LayerElementMaterial: 0 {{
			Version: 101
			Name: ""
			MappingInformationType: "AllSame"
			ReferenceInformationType: "IndexToDirect"
			Materials: *1 {{ a: 0 }}
		}}
		Layer: 0 {{
			Version: 100
			LayerElement:  {{
				Type: "LayerElementUV"
				TypedIndex: 0
			}}
			LayerElement:  {{
				Type: "LayerElementMaterial"
				TypedIndex: 0
			}}
		}}
	}}
	Model: 200, "Model::Wall", "Mesh" {{
		Version: 232
		Properties70:  {{
			P: "Lcl Translation", "Lcl Translation", "", "A",{QUAD[0]},{QUAD[1]},{QUAD[2]}
			P: "Lcl Scaling", "Lcl Scaling", "", "A",{QUAD_SCALE},{QUAD_SCALE},{QUAD_SCALE}
		}}
	}}
	NodeAttribute: 300, "NodeAttribute::Shot", "Camera" {{
		Properties70:  {{
			P: "AspectWidth", "double", "Number", "",{W}
			P: "AspectHeight", "double", "Number", "",{H}
			P: "FieldOfView", "FieldOfView", "", "A",{HORIZONTAL}
			P: "NearPlane", "double", "Number", "",0.25
			P: "FarPlane", "double", "Number", "",400
		}}
		TypeFlags: "Camera"
	}}
	Model: 201, "Model::Shot", "Camera" {{
		Version: 232
		Properties70:  {{
			P: "Lcl Translation", "Lcl Translation", "", "A",{PLACES[1][0]},{PLACES[1][1]},{PLACES[1][2]}
			P: "Lcl Rotation", "Lcl Rotation", "", "A",{FBX_TURN[1][0]},{FBX_TURN[1][1]},{FBX_TURN[1][2]}
		}}
	}}
	NodeAttribute: 301, "NodeAttribute::Lamp", "Light" {{
		Properties70:  {{
			P: "LightType", "enum", "", "",2
			P: "Color", "Color", "", "A",1,0.5,0.25
			P: "Intensity", "Number", "", "A",150
			P: "InnerAngle", "Number", "", "A",40
			P: "OuterAngle", "Number", "", "A",60
		}}
		TypeFlags: "Light"
	}}
	Model: 202, "Model::Lamp", "Light" {{
		Version: 232
		Properties70:  {{
			P: "Lcl Translation", "Lcl Translation", "", "A",0,5,0
		}}
	}}
	Material: 400, "Material::Plaster", "" {{
		Version: 102
		ShadingModel: "phong"
		MultiLayer: 0
		Properties70:  {{
			P: "DiffuseColor", "Color", "", "A",0.8,0.4,0.2
			P: "SpecularColor", "Color", "", "A",0.5,0.5,0.25
			P: "Shininess", "double", "Number", "",24
			P: "ShininessExponent", "double", "Number", "",24
		}}
	}}
	Texture: 401, "Texture::Picture", "" {{
		Type: "TextureVideoClip"
		Version: 202
		TextureName: "Texture::Picture"
		FileName: "wall.ppm"
		RelativeFilename: "wall.ppm"
	}}
	AnimationStack: 500, "AnimStack::Take", "" {{
		Properties70:  {{
			P: "LocalStop", "KTime", "Time", "",{SECOND}
			P: "ReferenceStop", "KTime", "Time", "",{SECOND}
		}}
	}}
	AnimationLayer: 501, "AnimLayer::Base", "" {{
	}}
	AnimationCurveNode: 503, "AnimCurveNode::T", "" {{
		Properties70:  {{
			P: "d|X", "Number", "", "A",0
			P: "d|Y", "Number", "", "A",0
			P: "d|Z", "Number", "", "A",0
		}}
	}}
	AnimationCurveNode: 504, "AnimCurveNode::R", "" {{
		Properties70:  {{
			P: "d|X", "Number", "", "A",0
			P: "d|Y", "Number", "", "A",0
			P: "d|Z", "Number", "", "A",0
		}}
	}}
{curves}}}
Connections:  {{
	C: "OO",200,0
	C: "OO",201,0
	C: "OO",202,0
	C: "OO",100,200
	C: "OO",400,200
	C: "OP",401,400, "DiffuseColor"
	C: "OO",300,201
	C: "OO",301,202
	C: "OO",501,500
	C: "OO",503,501
	C: "OO",504,501
	C: "OP",503,201, "Lcl Translation"
	C: "OP",504,201, "Lcl Rotation"
{links}}}
"""


# ---- Collada: z up here, cameras and lights look down -z ----

DAE_TURN = {1: (88.0, 5.0), 25: (88.0, 22.0)}  # about x, then about z; the file's z is up


def upright(v):
    """Of a z-up file, in a y-up world."""
    return v[0], v[2], -v[1]


def lying(v):
    return v[0], -v[2], v[1]


def dae_channel(target, first, last):
    name = target.replace("/", "_").replace(".", "_")
    return f"""    <animation id="{name}">
      <source id="{name}_in"><float_array id="{name}_in_a" count="2">0 1</float_array>
        <technique_common><accessor source="#{name}_in_a" count="2" stride="1"><param name="TIME" type="float"/></accessor></technique_common></source>
      <source id="{name}_out"><float_array id="{name}_out_a" count="2">{first} {last}</float_array>
        <technique_common><accessor source="#{name}_out_a" count="2" stride="1"><param type="float"/></accessor></technique_common></source>
      <source id="{name}_how"><Name_array id="{name}_how_a" count="2">LINEAR LINEAR</Name_array>
        <technique_common><accessor source="#{name}_how_a" count="2" stride="1"><param name="INTERPOLATION" type="name"/></accessor></technique_common></source>
      <sampler id="{name}_s"><input semantic="INPUT" source="#{name}_in"/><input semantic="OUTPUT" source="#{name}_out"/>
        <input semantic="INTERPOLATION" source="#{name}_how"/></sampler>
      <channel source="#{name}_s" target="{target}"/>
    </animation>
"""


def dae():
    here, there = lying(PLACES[1]), lying(PLACES[25])
    quad = lying(QUAD)
    moves = "".join(dae_channel(f"Shot/place.{'XYZ'[i]}", here[i], there[i]) for i in range(3))
    moves += dae_channel("Shot/heading.ANGLE", DAE_TURN[1][1], DAE_TURN[25][1])
    return f"""<?xml version="1.0" encoding="utf-8"?>
<COLLADA xmlns="http://www.collada.org/2005/11/COLLADASchema" version="1.4.1">
  <asset><unit name="metre" meter="1"/><up_axis>Z_UP</up_axis></asset>
  <library_cameras><camera id="lens" name="lens"><optics><technique_common><perspective>
    <xfov>{HORIZONTAL}</xfov><aspect_ratio>{W / H}</aspect_ratio><znear>0.25</znear><zfar>400</zfar>
  </perspective></technique_common></optics></camera></library_cameras>
  <library_lights><light id="bulb" name="bulb"><technique_common><point>
    <color>1 0.5 0.25</color><constant_attenuation>0</constant_attenuation><linear_attenuation>0</linear_attenuation>
    <quadratic_attenuation>0.04</quadratic_attenuation></point></technique_common></light></library_lights>
  <library_images><image id="picture"><init_from>wall.ppm</init_from></image></library_images>
  <library_effects><effect id="plaster_fx"><profile_COMMON>
    <newparam sid="surface"><surface type="2D"><init_from>picture</init_from></surface></newparam>
    <newparam sid="sampler"><sampler2D><source>surface</source></sampler2D></newparam>
    <technique sid="common"><phong><diffuse><texture texture="sampler" texcoord="map"/></diffuse>
      <specular><color>0.5 0.5 0.25 1</color></specular><shininess><float>24</float></shininess></phong></technique>
  </profile_COMMON></effect></library_effects>
  <library_materials><material id="plaster" name="plaster"><instance_effect url="#plaster_fx"/></material></library_materials>
  <library_geometries><geometry id="wall" name="wall"><mesh>
    <source id="p"><float_array id="pa" count="12">-1 0 -1 1 0 -1 1 0 1 -1 0 1</float_array><technique_common>
      <accessor source="#pa" count="4" stride="3"><param name="X" type="float"/><param name="Y" type="float"/><param name="Z" type="float"/></accessor></technique_common></source>
    <source id="t"><float_array id="ta" count="8">0 0 1 0 1 1 0 1</float_array><technique_common>
      <accessor source="#ta" count="4" stride="2"><param name="S" type="float"/><param name="T" type="float"/></accessor></technique_common></source>
    <vertices id="v"><input semantic="POSITION" source="#p"/></vertices>
    <triangles material="m" count="2"><input semantic="VERTEX" source="#v" offset="0"/><input semantic="TEXCOORD" source="#t" offset="1" set="0"/>
      <p>0 0 1 1 2 2 0 0 2 2 3 3</p></triangles>
  </mesh></geometry></library_geometries>
  <library_animations>
{moves}  </library_animations>
  <library_visual_scenes><visual_scene id="scene" name="scene">
    <node id="Wall" name="Wall" type="NODE"><translate>{quad[0]} {quad[1]} {quad[2]}</translate><scale>{QUAD_SCALE} {QUAD_SCALE} {QUAD_SCALE}</scale>
      <instance_geometry url="#wall"><bind_material><technique_common><instance_material symbol="m" target="#plaster">
        <bind_vertex_input semantic="map" input_semantic="TEXCOORD" input_set="0"/></instance_material></technique_common></bind_material></instance_geometry></node>
    <node id="Shot" name="Shot" type="NODE"><translate sid="place">{here[0]} {here[1]} {here[2]}</translate>
      <rotate sid="heading">0 0 1 {DAE_TURN[1][1]}</rotate><rotate sid="tilt">1 0 0 {DAE_TURN[1][0]}</rotate>
      <instance_camera url="#lens"/></node>
    <node id="Lamp" name="Lamp" type="NODE"><translate>0 0 5</translate><instance_light url="#bulb"/></node>
  </visual_scene></library_visual_scenes>
  <scene><instance_visual_scene url="#scene"/></scene>
</COLLADA>
"""


def imported(ending, text):
    (WORK / f"set.{ending}").write_text(text)
    (WORK / "wall.ppm").write_bytes(b"P6\n2 2\n255\n" + bytes([200, 60, 60] * 4))
    name = f"{ending}.zscene"
    (WORK / name).write_text(HEAD + "surface mine { visible no }   # stays\n")
    call("import", name, f"set.{ending}")
    result = (WORK / name).read_text()
    assert result.startswith(HEAD + "surface mine { visible no }   # stays\n"), result
    # Objects are numbered in file order, and what is hidden has a number: the wall comes first here.
    (WORK / name).write_text(result.replace("surface mine { visible no }   # stays\n", ""))
    return name, result


def fbx_camera_and_its_motion():
    name, _ = imported("fbx", fbx())
    for frame in PLACES:
        # What looks along x looks down -z a quarter turn before.
        require_camera(name, frame, times(euler(*FBX_TURN[frame]), about(1, -90)))
    text = (WORK / name).read_text()
    near(numbers(node(text, "camera", "Shot"), "near", 1) + numbers(node(text, "camera", "Shot"), "far", 1), [0.25, 400])
    assert re.search(r"anim Shot\.position\.x \{ 1 3 25 5 \}", text), text


def fbx_light_and_material():
    _, text = imported("fbx", fbx())
    lamp = node(text, "light", "Lamp")
    assert "type spot" in lamp, lamp
    near(numbers(lamp, "position", 3), [0, 5, 0])
    near(numbers(lamp, "rotation", 3)[:1], [-90])  # shines down
    near(numbers(lamp, "colour", 3) + numbers(lamp, "intensity", 1), [1, 0.5, 0.25, 150])
    near(numbers(lamp, "spread", 1) + numbers(lamp, "penumbra", 1), [30, 10])
    wall = node(text, "geometry", "Wall")
    assert 'file "set.fbx" part "Wall"' in wall and re.search(r"media wall\b", wall), text
    near(numbers(wall, "colour", 3), [0.8, 0.4, 0.2])
    near(numbers(wall, "shine", 1) + numbers(wall, "specular", 3), [24, 0.5, 0.5, 0.25])
    assert 'front "wall.ppm"' in node(text, "media", "wall"), text


def collada_camera_and_its_motion():
    name, text = imported("dae", dae())
    # The file's up becomes ours: its world lies on its back for us.
    for frame, (tilt, heading) in DAE_TURN.items():
        require_camera(name, frame, times(about(0, -90), times(about(2, heading), about(0, tilt))))
    near(numbers(node(text, "camera", "Shot"), "near", 1) + numbers(node(text, "camera", "Shot"), "far", 1), [0.25, 400])
    assert re.search(r"anim Shot\.position\.x \{ 1 3 25 5 \}", text), text


def collada_light_and_material():
    _, text = imported("dae", dae())
    lamp = node(text, "light", "Lamp")
    assert "type point" in lamp and "decay quadratic" in lamp, lamp
    near(numbers(lamp, "position", 3), upright((0, 0, 5)))
    near(numbers(lamp, "colour", 3) + numbers(lamp, "intensity", 1) + numbers(lamp, "reach", 1), [1, 0.5, 0.25, 100, 5])
    wall = node(text, "geometry", "Wall")
    assert 'file "set.dae" part "Wall"' in wall and re.search(r"media wall\b", wall), text
    near(numbers(wall, "shine", 1) + numbers(wall, "specular", 3), [24, 0.5, 0.5, 0.25])


for test in (fbx_camera_and_its_motion, fbx_light_and_material, collada_camera_and_its_motion, collada_light_and_material):
    run(test)
finish()
