def test_the_cast_has_its_roles(cast):
    assert cast.maya.has_role("facilitator")
    assert not cast.june.is_clinic_staff
